//! Where the tasks are kept: the server's own part of the command line.

use std::env;
use std::path::{Path, PathBuf};

use mcp_runtime::clap;

use crate::store::{OpenError, Refusal, Store, default_path};

/// What the command line says about the tasks.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The file the tasks are kept in, or `:memory:` for a try [default: that of
    /// `TASK_SERVER_DB`, else one in the user's data folder]; `~/` is the home folder, `~ada` and
    /// `$NAME` stand for nothing, and `./` before a name takes it to the letter
    #[arg(long, value_name = "PATH")]
    db: Option<PathBuf>,
}

/// Opens the tasks where the options say, else where this platform keeps a program's data.
///
/// # Errors
/// One line that says what is wrong with the place and what to do.
pub async fn open(options: Options) -> Result<Store, OpenError> {
    match options.db.or_else(named_in_environment) {
        Some(path) => Store::at(&as_meant(path)?).await,
        None => Store::at(&default_path()?).await,
    }
}

/// An empty variable is one that is not set: clients write one for a setting that was left empty,
/// which clap would refuse.
fn named_in_environment() -> Option<PathBuf> {
    env::var_os("TASK_SERVER_DB").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The path as a shell would have read it: a client's settings are read by no shell, so `~` and
/// `$HOME` arrive as they are written, and would name folders of that name.
///
/// `~/` is the home folder; of the rest it is said what to write instead. A path that begins with
/// `./` or `../` is taken to the letter, and so is one of a file that is there.
fn as_meant(path: PathBuf) -> Result<PathBuf, OpenError> {
    if let Ok(below) = path.strip_prefix("~") {
        return Ok(home()?.join(below));
    }
    let text = path.to_string_lossy();
    match misread(&text) {
        Some(_) if path.is_file() => Ok(path),
        Some(advice) => {
            let reason = Refusal::NotAPath { advice };
            Err(OpenError::Refused { path: path.clone(), reason })
        }
        None => Ok(path),
    }
}

fn home() -> Result<PathBuf, OpenError> {
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let home = env::var_os(variable).map(PathBuf::from).filter(|home| Path::is_absolute(home));
    home.ok_or(OpenError::NoPlace { variable })
}

/// What to write instead of something that a shell or another program would have read.
fn misread(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let scheme = path.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if path.contains("://") && !parts[0].is_empty() && parts[0].ends_with(':')
        || matches!(scheme.as_deref(), Some("file" | "sqlite" | "sqlite3"))
    {
        return Some("it is a URL; write the path of a file alone, such as /home/ada/tasks.db");
    }
    match parts[0] {
        "." | ".." => return None,
        first if first.starts_with('~') && (parts.len() > 1 || is_user(&first[1..])) => {
            return Some(
                "only `~/` stands for a home folder; write the full path, or `./` before a name \
                 that begins with `~`",
            );
        }
        _ => {}
    }
    let is_variable = |(place, part): (usize, &&str)| {
        let name = part.strip_prefix('$').unwrap_or_default();
        let is_no_word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        part.contains("${")
            || part.contains("$(")
            || place == 0 && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            || !name.is_empty() && !name.contains(is_no_word)
            || part.split('$').skip(1).any(|rest| is_capitals(rest.split(is_no_word).next()))
            || part.len() > 2 && part.starts_with('%') && part.ends_with('%')
            || part
                .split('%')
                .skip(1)
                .zip(part.split('%').skip(2))
                .any(|(name, _)| is_capitals(Some(name)))
    };
    parts.iter().enumerate().any(is_variable).then_some(
        "variables are not replaced here; write the full path, or begin it with `~/` for the home \
         folder",
    )
}

/// Whether a shell may take it for the name of a user: a name with a dot is that of a file.
fn is_user(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
}

/// Whether a variable is named so that everybody has, such as `HOME`. In lower case it is rather a
/// part of a name, such as that in `a$b`.
fn is_capitals(name: Option<&str>) -> bool {
    let is_one = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.is_some_and(|name| {
        name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(is_one)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_have_read_is_refused_with_advice_r4() {
        for (path, advice) in [
            ("${HOME}/tasks.db", "variables are not replaced"),
            ("$HOME/tasks.db", "variables are not replaced"),
            ("/home/$USER/tasks.db", "variables are not replaced"),
            ("/home/${USER}/tasks.db", "variables are not replaced"),
            ("${userHome}\\tasks.db", "variables are not replaced"),
            ("$env:USERPROFILE\\tasks.db", "variables are not replaced"),
            ("%USERPROFILE%\\tasks.db", "variables are not replaced"),
            ("%APPDATA%/tasks.db", "variables are not replaced"),
            ("C:\\Users\\%USERNAME%\\tasks.db", "variables are not replaced"),
            ("$(pwd)/tasks.db", "variables are not replaced"),
            ("/data/foo$HOME/tasks.db", "variables are not replaced"),
            ("foo$HOME/tasks.db", "variables are not replaced"),
            ("tasks-$USER.db", "variables are not replaced"),
            ("/data/x%APPDATA%/tasks.db", "variables are not replaced"),
            ("~ada/tasks.db", "only `~/`"),
            ("~ada", "only `~/`"),
            ("~+", "only `~/`"),
            ("~\\tasks.db", "only `~/`"),
            ("sqlite:///home/ada/tasks.db", "it is a URL"),
            ("sqlite:tasks.db", "it is a URL"),
            ("file:/home/ada/tasks.db", "it is a URL"),
            ("FILE:///home/ada/tasks.db", "it is a URL"),
            ("postgres://localhost/tasks", "it is a URL"),
        ] {
            let error = as_meant(path.into()).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("cannot keep tasks in `{path}`: {advice}")),
                "{error}"
            );
        }
    }

    #[test]
    fn any_other_path_is_taken_to_the_letter() {
        for path in [
            ":memory:",
            "tasks.db",
            "/home/ada/tasks.db",
            "./~/tasks.db",
            "./$HOME/tasks.db",
            "../%A%/tasks.db",
            "~tasks.db",
            "/a/~/tasks.db",
            "/a/50%/100%.db",
            "/a/100%OK-50%.db",
            "/a/b$c/$.db",
            "/a/US$5/A$.db",
            "./tasks-$USER.db",
            "./~ada",
            "C:\\tasks.db",
            "/a/file:x.db",
            "/a:b/c//d.db",
        ] {
            assert_eq!(as_meant(path.into()).unwrap(), Path::new(path));
        }
    }
}
