//! A file that is replaced as a whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file so that everybody sees the old text or the new one, and keeps the old one beside
/// it, under the name with `.bak` at its end. The path of that, if there was a file.
///
/// A link stays one: the file that it leads to is replaced.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<Option<PathBuf>> {
    let existing = match fs::canonicalize(path) {
        Ok(existing) => Some(existing),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let path = existing.as_deref().unwrap_or(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let backup = existing.as_ref().map(|path| named(path, ".bak"));
    if let Some(backup) = &backup {
        fs::copy(path, backup)?;
    }
    let written = named(path, &format!(".{}.tmp", std::process::id()));
    let done = write(&written, text, existing.as_deref()).and_then(|()| fs::rename(&written, path));
    if done.is_err() {
        // What is left of it is of no use; the first error tells more than this one.
        fs::remove_file(&written).unwrap_or_default();
    }
    done.map(|()| backup)
}

fn named(path: &Path, end: &str) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(end);
    path.with_file_name(name)
}

/// Writes a new file, whose permissions are those of the file that it replaces.
fn write(path: &Path, text: &str, replaces: Option<&Path>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Settings may hold keys of services.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    if let Some(old) = replaces {
        file.set_permissions(fs::metadata(old)?.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
