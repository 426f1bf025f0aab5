//! Where the tasks are kept: the server's own part of the command line.

use std::env;
use std::path::PathBuf;

use mcp_runtime::clap;

use crate::store::{OpenError, Store, default_path};

/// What the command line says about the tasks.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The file the tasks are kept in, or `:memory:` for a try [default: that of
    /// `TASK_SERVER_DB`, else one in the user's data folder]
    #[arg(long, value_name = "PATH")]
    db: Option<PathBuf>,
}

/// Opens the tasks where the options say, else where this platform keeps a program's data.
///
/// # Errors
/// One line that says what is wrong with the place and what to do.
pub async fn open(options: Options) -> Result<Store, OpenError> {
    match options.db.or_else(named_in_environment) {
        Some(path) => Store::at(&path).await,
        None => Store::at(&default_path()?).await,
    }
}

/// An empty variable is one that is not set: clients write one for a setting that was left empty,
/// which clap would refuse.
fn named_in_environment() -> Option<PathBuf> {
    env::var_os("TASK_SERVER_DB").filter(|path| !path.is_empty()).map(PathBuf::from)
}
