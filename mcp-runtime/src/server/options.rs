//! The options that a server adds to its command line.

#[cfg(feature = "cli")]
use clap::{ArgMatches, Args, Command};

/// The options that a server adds to its command line: `()`, and with the feature `cli` any
/// [`clap::Args`](https://docs.rs/clap/4/clap/trait.Args.html).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the options of a server",
    label = "options need `clap::Args`, and the feature `cli`",
    note = "derive it: `use mcp_runtime::clap; #[derive(clap::Args)]`"
)]
pub trait Options: Sized + Send + 'static {
    /// Adds the options to a command line.
    #[doc(hidden)]
    fn declare(options: &mut DeclaredOptions);

    /// Reads the options.
    ///
    /// # Errors
    /// Why they are not what they must be.
    #[doc(hidden)]
    fn read(options: &GivenOptions<'_>) -> Result<Self, String>;
}

/// The options of a command line, while they are declared.
#[derive(Debug)]
pub struct DeclaredOptions {
    #[cfg(feature = "cli")]
    pub(super) command: Command,
}

/// The options that were given.
#[derive(Debug)]
pub struct GivenOptions<'a> {
    /// None where no command line was read.
    #[cfg(feature = "cli")]
    pub(super) matches: Option<&'a ArgMatches>,
    #[cfg(not(feature = "cli"))]
    pub(super) none: std::marker::PhantomData<&'a ()>,
}

#[cfg(feature = "cli")]
#[diagnostic::do_not_recommend]
impl<O: Args + Send + 'static> Options for O {
    fn declare(options: &mut DeclaredOptions) {
        options.command = O::augment_args(std::mem::take(&mut options.command));
    }

    fn read(options: &GivenOptions<'_>) -> Result<Self, String> {
        let read = match options.matches {
            Some(matches) => O::from_arg_matches(matches),
            // Those of an empty command line.
            None => O::augment_args(Command::new("server"))
                .try_get_matches_from(["server"])
                .and_then(|matches| O::from_arg_matches(&matches)),
        };
        read.map_err(|error| error.to_string())
    }
}

#[cfg(not(feature = "cli"))]
impl Options for () {
    fn declare(_: &mut DeclaredOptions) {}

    fn read(_: &GivenOptions<'_>) -> Result<Self, String> {
        Ok(())
    }
}
