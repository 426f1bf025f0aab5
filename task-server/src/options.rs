//! Where the tasks are kept: the server's own part of the command line.

use std::path::PathBuf;

use mcp_runtime::clap;

use crate::store::{OpenError, Store, default_path};

/// What the command line says about the tasks.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The file the tasks are kept in, or `:memory:` for a try [default: the user's data folder]
    #[arg(long, value_name = "PATH", env = "TASK_SERVER_DB")]
    db: Option<PathBuf>,
}

/// Opens the tasks where the options say, else where this platform keeps a program's data.
///
/// # Errors
/// One line that says what is wrong with the place and what to do.
pub async fn open(options: Options) -> Result<Store, OpenError> {
    match options.db {
        Some(path) => Store::at(&path).await,
        None => Store::at(&default_path()?).await,
    }
}
