//! The servers that are no part of the framework, and where their programs are.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the server on the official SDK, which is a package of its own; its program.
///
/// # Errors
/// If it cannot be built.
pub(crate) fn rmcp_server() -> Result<PathBuf, Box<dyn Error>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/rmcp/Cargo.toml");
    // Beside the profile's folder, wherever that is.
    let profile = Path::new(env!("CARGO_BIN_EXE_probe-server")).parent();
    let target = profile.and_then(Path::parent).ok_or("no target folder")?.join("peers");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--locked", "--manifest-path", manifest, "--target-dir"])
        .arg(&target)
        .status()?;
    if !built.success() {
        return Err(format!("{manifest} cannot be built: {built}").into());
    }
    Ok(target.join("release").join("rmcp-server"))
}
