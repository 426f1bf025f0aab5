//! Where hosts keep their settings, and what they expect there.

use std::ffi::OsString;
use std::path::PathBuf;

/// A program that starts servers.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// The member of the settings that holds the servers.
    pub(super) key: &'static str,
    /// Whether an entry says that it is of the type `stdio`.
    pub(super) has_type: bool,
    /// Whether the settings may hold comments and trailing commas.
    pub(super) takes_comments: bool,
    /// Whether a server may have any name.
    pub(super) takes_any_name: bool,
    /// What a person does next.
    pub(super) advice: &'static str,
    base: Base,
    path: &'static [&'static str],
}

/// A folder that every system has, somewhere.
#[derive(Debug, Clone, Copy)]
enum Base {
    /// That of the user.
    Home,
    /// That of the settings of programs.
    Config,
    /// That of Claude Code, which a variable may name.
    ClaudeCode,
}

pub(super) const HOSTS: [Host; 4] = [
    Host {
        id: "claude-desktop",
        name: "Claude Desktop",
        key: "mcpServers",
        has_type: false,
        takes_comments: false,
        takes_any_name: true,
        advice: "restart Claude Desktop",
        base: Base::Config,
        path: &["Claude", "claude_desktop_config.json"],
    },
    Host {
        id: "claude-code",
        name: "Claude Code",
        key: "mcpServers",
        has_type: true,
        takes_comments: false,
        takes_any_name: false,
        advice: "the next session of Claude Code starts it",
        base: Base::ClaudeCode,
        path: &[".claude.json"],
    },
    Host {
        id: "cursor",
        name: "Cursor",
        key: "mcpServers",
        has_type: false,
        takes_comments: false,
        takes_any_name: true,
        advice: "Cursor starts it when it is switched on in its settings",
        base: Base::Home,
        path: &[".cursor", "mcp.json"],
    },
    Host {
        id: "vscode",
        name: "VS Code",
        key: "servers",
        has_type: true,
        takes_comments: true,
        takes_any_name: true,
        advice: "VS Code asks whether to trust it when it is first used",
        base: Base::Config,
        path: &["Code", "User", "mcp.json"],
    },
];

/// Systems differ in where folders are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    /// And every other Unix.
    Linux,
    MacOs,
    Windows,
}

impl System {
    pub(super) const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Linux
    };
}

/// The file with the settings of a host.
///
/// # Errors
/// If a variable that says where is not set.
pub(super) fn settings(
    host: &Host,
    system: System,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, String> {
    let folder = |name: &str| variable(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let home_name = if system == System::Windows { "USERPROFILE" } else { "HOME" };
    let home = || folder(home_name).ok_or_else(|| format!("the variable {home_name} is not set"));
    let mut path = match (host.base, system) {
        (Base::Home, _) => home()?,
        (Base::ClaudeCode, _) => folder("CLAUDE_CONFIG_DIR").map_or_else(home, Ok)?,
        (Base::Config, System::MacOs) => home()?.join("Library").join("Application Support"),
        (Base::Config, System::Linux) => {
            folder("XDG_CONFIG_HOME").map_or_else(|| home().map(|it| it.join(".config")), Ok)?
        }
        (Base::Config, System::Windows) => folder("APPDATA")
            .map_or_else(|| home().map(|it| it.join("AppData").join("Roaming")), Ok)?,
    };
    path.extend(host.path);
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path of a host's settings, with `/` between its parts.
    fn path(id: &str, system: System, variables: &[(&str, &str)]) -> Result<String, String> {
        let host = HOSTS.iter().find(|host| host.id == id).unwrap();
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let path = settings(host, system, &variable)?;
        Ok(path.to_str().unwrap().replace('\\', "/"))
    }

    #[test]
    fn settings_lie_where_each_system_keeps_them() {
        let unix = [("HOME", "/home/ada")];
        let windows =
            [("USERPROFILE", r"C:\Users\ada"), ("APPDATA", r"C:\Users\ada\AppData\Roaming")];
        for (host, linux, macos, windows_path) in [
            (
                "claude-desktop",
                "/home/ada/.config/Claude/claude_desktop_config.json",
                "/home/ada/Library/Application Support/Claude/claude_desktop_config.json",
                "C:/Users/ada/AppData/Roaming/Claude/claude_desktop_config.json",
            ),
            (
                "claude-code",
                "/home/ada/.claude.json",
                "/home/ada/.claude.json",
                "C:/Users/ada/.claude.json",
            ),
            (
                "cursor",
                "/home/ada/.cursor/mcp.json",
                "/home/ada/.cursor/mcp.json",
                "C:/Users/ada/.cursor/mcp.json",
            ),
            (
                "vscode",
                "/home/ada/.config/Code/User/mcp.json",
                "/home/ada/Library/Application Support/Code/User/mcp.json",
                "C:/Users/ada/AppData/Roaming/Code/User/mcp.json",
            ),
        ] {
            assert_eq!(path(host, System::Linux, &unix).unwrap(), linux);
            assert_eq!(path(host, System::MacOs, &unix).unwrap(), macos);
            assert_eq!(path(host, System::Windows, &windows).unwrap(), windows_path);
            assert_eq!(path(host, System::Windows, &windows[..1]).unwrap(), windows_path);
        }
    }

    #[test]
    fn variables_move_settings() {
        let moved = [("HOME", "/h"), ("XDG_CONFIG_HOME", "/c"), ("CLAUDE_CONFIG_DIR", "/d")];
        for (host, expected) in [
            ("claude-desktop", "/c/Claude/claude_desktop_config.json"),
            ("claude-code", "/d/.claude.json"),
            ("cursor", "/h/.cursor/mcp.json"),
            ("vscode", "/c/Code/User/mcp.json"),
        ] {
            assert_eq!(path(host, System::Linux, &moved).unwrap(), expected);
        }
        let unset = path("cursor", System::Linux, &[("HOME", "")]);
        assert_eq!(unset.unwrap_err(), "the variable HOME is not set");
        let unset = path("vscode", System::Windows, &[]);
        assert_eq!(unset.unwrap_err(), "the variable USERPROFILE is not set");
    }
}
