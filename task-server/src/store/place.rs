//! Where the database lies when nobody says.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::OpenError;

/// The folder and the file below the platform's data directory.
const FILE: [&str; 2] = ["task-server", "tasks.db"];

/// The database file used when none is named: `task-server/tasks.db` in the platform's data
/// directory.
///
/// - Linux and other Unix: `$XDG_DATA_HOME`, else `~/.local/share`
/// - macOS: `~/Library/Application Support`
/// - Windows: `%LOCALAPPDATA%`, else `%APPDATA%`; the local one first, for a roaming profile is
///   copied between machines while the database may be open
///
/// A variable that is empty or no full path counts as not set, as the XDG specification asks.
///
/// # Errors
/// [`OpenError::NoPlace`] when the variables that tell are not set.
pub fn default_path() -> Result<PathBuf, OpenError> {
    path_on(Platform::OURS, |variable| env::var_os(variable))
}

/// The conventions that are told apart.
#[derive(Debug, Clone, Copy)]
enum Platform {
    Unix,
    Mac,
    Windows,
}

impl Platform {
    const OURS: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_vendor = "apple") {
        Self::Mac
    } else {
        Self::Unix
    };
}

fn path_on(
    platform: Platform,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, OpenError> {
    let folder = |variable: &'static str| {
        let path = environment(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        path.ok_or(OpenError::NoPlace { variable })
    };
    let data = match platform {
        Platform::Unix => folder("XDG_DATA_HOME")
            .or_else(|_| folder("HOME").map(|home| home.join(Path::new(".local/share"))))?,
        Platform::Mac => folder("HOME")?.join("Library").join("Application Support"),
        Platform::Windows => {
            folder("LOCALAPPDATA").or_else(|missing| folder("APPDATA").map_err(|_| missing))?
        }
    };
    Ok(data.join(FILE[0]).join(FILE[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The variables' values are full paths on the platform that runs the test.
    const HOME: &str = if cfg!(windows) { r"C:\Users\ada" } else { "/home/ada" };
    const DATA: &str = if cfg!(windows) { r"D:\data" } else { "/data" };

    fn path(platform: Platform, variables: &[(&str, &str)]) -> Result<PathBuf, String> {
        let value = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.into())
        };
        path_on(platform, value).map_err(|error| error.to_string())
    }

    fn below(folder: &str, rest: &str) -> PathBuf {
        Path::new(folder).join(rest).join("task-server").join("tasks.db")
    }

    #[test]
    fn on_unix_it_is_the_data_home_or_its_default() {
        let both = [("XDG_DATA_HOME", DATA), ("HOME", HOME)];
        assert_eq!(path(Platform::Unix, &both), Ok(below(DATA, "")));
        assert_eq!(path(Platform::Unix, &both[1..]), Ok(below(HOME, ".local/share")));
        for unusable in ["", "relative/share"] {
            let variables = [("XDG_DATA_HOME", unusable), ("HOME", HOME)];
            assert_eq!(path(Platform::Unix, &variables), Ok(below(HOME, ".local/share")));
        }
    }

    #[test]
    fn on_macos_it_is_the_application_support_folder() {
        let variables = [("XDG_DATA_HOME", DATA), ("HOME", HOME)];
        assert_eq!(path(Platform::Mac, &variables), Ok(below(HOME, "Library/Application Support")));
    }

    #[test]
    fn on_windows_it_is_the_local_data_folder_before_the_roaming_one() {
        let variables = [("APPDATA", HOME), ("LOCALAPPDATA", DATA)];
        assert_eq!(path(Platform::Windows, &variables), Ok(below(DATA, "")));
        assert_eq!(path(Platform::Windows, &variables[..1]), Ok(below(HOME, "")));
    }

    #[test]
    fn without_a_home_the_error_says_what_to_set() {
        for (platform, variable) in
            [(Platform::Unix, "HOME"), (Platform::Mac, "HOME"), (Platform::Windows, "LOCALAPPDATA")]
        {
            let expected = format!(
                "cannot tell where to keep the tasks: {variable} is not set to a full path; \
                 set it, or name a file with --db PATH or TASK_SERVER_DB"
            );
            assert_eq!(path(platform, &[]), Err(expected.clone()));
            assert_eq!(path(platform, &[(variable, "")]), Err(expected));
        }
    }
}
