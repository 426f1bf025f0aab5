//! The options of a server, anywhere on the command line.
//!
//! They may stand before a command or after it, and some commands do without them, even without
//! one that is required. So the command line as a whole only tells them from the rest; their words
//! are then read again, strictly, by the commands that need them.

use std::ffi::OsString;

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// The options as they are accepted by a command: without what they ask of each other. An option
/// whose name the command has itself has to stand before the command.
pub(super) fn loose<'a>(
    options: &'a Command,
    command: &'a Command,
) -> impl Iterator<Item = Arg> + 'a {
    let is_free = |option: &&Arg| {
        !command.get_arguments().any(|own| {
            own.get_id() == option.get_id()
                || own.get_long().is_some() && own.get_long() == option.get_long()
                || own.get_short().is_some() && own.get_short() == option.get_short()
                || own.is_positional() && option.is_positional()
        })
    };
    options.get_arguments().filter(is_free).cloned().map(|option| {
        option
            .required(false)
            .required_unless_present(Resettable::Reset)
            .requires(Resettable::Reset)
            .conflicts_with(Resettable::Reset)
            .exclusive(false)
    })
}

/// The options that were typed, before a command and after it, as words: the same command line
/// again. `commands` are the commands without these options.
pub(super) fn words(
    options: &Command,
    commands: &[Command],
    matches: &ArgMatches,
) -> Vec<OsString> {
    let mut words = Vec::new();
    let mut positional = Vec::new();
    add_words(options.get_arguments(), matches, &mut words, &mut positional);
    let after = matches.subcommand().and_then(|(name, matches)| {
        let command = commands.iter().find(|command| command.get_name() == name)?;
        Some((loose(options, command).collect::<Vec<_>>(), matches))
    });
    if let Some((accepted, matches)) = after {
        add_words(accepted.iter(), matches, &mut words, &mut positional);
    }
    if options.get_positionals().any(Arg::is_last_set) || positional.iter().any(is_option) {
        words.extend((!positional.is_empty()).then(|| OsString::from("--")));
    }
    words.extend(positional);
    words
}

/// Adds the words of one place of the command line.
fn add_words<'a>(
    options: impl Iterator<Item = &'a Arg>,
    matches: &ArgMatches,
    words: &mut Vec<OsString>,
    positional: &mut Vec<OsString>,
) {
    for option in options {
        let id = option.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let flag = match (option.get_long(), option.get_short()) {
            (Some(long), _) => format!("--{long}"),
            (None, Some(short)) => format!("-{short}"),
            (None, None) => String::new(),
        };
        if !option.get_action().takes_values() {
            let times = match option.get_action() {
                ArgAction::Count => matches.get_count(id),
                _ => 1,
            };
            words.extend((0..times).map(|_| OsString::from(&flag)));
            continue;
        }
        for values in matches.get_raw_occurrences(id).into_iter().flatten() {
            let mut values: Vec<OsString> = values.map(OsString::from).collect();
            if let Some(delimiter) = option.get_value_delimiter() {
                values = vec![values.join(delimiter.to_string().as_ref())];
            }
            match &*values {
                _ if option.is_positional() => positional.extend(values),
                // A value that looks like an option has to be a part of this one.
                [value] if option.is_require_equals_set() || is_option(value) => {
                    let mut word = OsString::from(&flag);
                    word.push(if flag.starts_with("--") { "=" } else { "" });
                    word.push(value);
                    words.push(word);
                }
                _ => {
                    words.push(OsString::from(&flag));
                    words.extend(values);
                }
            }
        }
    }
}

fn is_option(word: impl AsRef<std::ffi::OsStr>) -> bool {
    word.as_ref().as_encoded_bytes().starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::{Args, FromArgMatches};

    use super::*;

    #[derive(Debug, Args)]
    #[group(id = "all")]
    struct Options {
        #[arg(long, required = true)]
        token: String,
        #[arg(short, action = ArgAction::Count)]
        verbose: u8,
        #[arg(long)]
        quiet: bool,
        #[arg(long, conflicts_with = "quiet")]
        tags: Vec<String>,
        #[arg(long, value_delimiter = ',')]
        parts: Vec<u8>,
        #[arg(long, num_args = 2, requires = "tags")]
        pair: Vec<String>,
        #[arg(short = 'x')]
        short: Option<String>,
        #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
        color: Option<String>,
        #[arg(long, default_value = "plain")]
        json: String,
        files: Vec<PathBuf>,
    }

    /// The whole command line, the options alone, and the commands alone.
    fn commands() -> (Command, Command, [Command; 2]) {
        let options = Options::augment_args(Command::new("server"));
        let list = Command::new("list").arg(Arg::new("json").long("json").num_args(0));
        let commands = [list, Command::new("serve")];
        let with = |command: Command| command.clone().args(loose(&options, &command));
        let all = with(Command::new("server")).subcommands(commands.clone().map(with));
        all.clone().debug_assert();
        (all, options, commands)
    }

    #[test]
    fn options_are_read_wherever_they_stand() {
        let (all, options, commands) = commands();
        for (typed, expected) in [
            ("--token a serve", "--token a"),
            ("serve --token a -vv --tags x --tags=y", "--token a -v -v --tags x --tags y"),
            ("--token=-a -x-b --parts 1,2 serve", "--token=-a --parts 1,2 -x-b"),
            ("--pair a b serve --token t --tags c", "--pair a b --token t --tags c"),
            ("--token t --color", "--token t --color=auto"),
            ("--token t --quiet list --json", "--token t --quiet"),
            ("serve --token t --json x one", "--token t --json x one"),
            ("--token t --color=never", "--token t --color=never"),
            ("--token t --json x", "--token t --json x"),
            ("--token t one two", "--token t one two"),
            ("--token t -- -one two", "--token t -- -one two"),
        ] {
            let typed = ["server"].into_iter().chain(typed.split(' '));
            let matches = all.clone().try_get_matches_from(typed).unwrap();
            let words = words(&options, &commands, &matches);
            assert_eq!(words.join(" ".as_ref()), *expected);
            let words = [OsString::from("server")].into_iter().chain(words);
            let matches = options.clone().try_get_matches_from(words).unwrap();
            assert!(!Options::from_arg_matches(&matches).unwrap().token.is_empty(), "{expected}");
        }
    }

    #[test]
    fn a_command_without_need_of_options_may_lack_them() {
        let (all, options, commands) = commands();
        for (typed, is_missing) in [
            (&["server", "list", "--json"][..], true),
            (&["server"], true),
            (&["server", "--token", "t", "--quiet", "serve", "--tags", "x"], true),
            (&["server", "--token", "t", "--pair", "a", "b"], true),
            (&["server", "serve", "--token", "t"], false),
        ] {
            let matches = all.clone().try_get_matches_from(typed).unwrap();
            let words =
                [OsString::from("server")].into_iter().chain(words(&options, &commands, &matches));
            assert_eq!(
                options.clone().try_get_matches_from(words).is_err(),
                is_missing,
                "{typed:?}"
            );
        }
    }
}
