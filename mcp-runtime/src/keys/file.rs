//! The file of keys: reading it, and making one that is missing.

use std::error::Error as StdError;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{LENGTH, random};

/// Keys in one file: a sealed text is tried with each, and a rotation needs two.
const MOST: usize = 16;

/// A file of [`MOST`] keys with comments is far shorter, in bytes.
const LONGEST: u64 = 64 * 1024;

const COMMENT: &str = "\
# Keys of an MCP server: the first one seals, and every one opens.
# To replace a key, put another line of `openssl rand -base64 32` in front of it.
";

/// Why a file gives no keys.
#[derive(Debug)]
pub struct KeysError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Unread(io::Error),
    Unmade(io::Error),
    /// Other users may read it; its mode.
    OpenToOthers(u32),
    TooLong,
    /// Not a key; the line, and what is wrong with it.
    Malformed(usize, String),
    TooMany,
    Empty,
}

type Secret = [u8; LENGTH];

pub(super) fn read_or_make(path: &Path) -> Result<Vec<Secret>, KeysError> {
    let wrong = |problem| KeysError { path: path.to_owned(), problem };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path).map_err(|error| wrong(Problem::Unmade(error)))?;
            File::open(path)
        }
        opened => opened,
    };
    file.map_err(Problem::Unread).and_then(read).map_err(wrong)
}

/// Makes the file with one key, unless somebody else has made it meanwhile. It has all of its
/// content when it appears under its name, so nobody reads half a key.
fn make(path: &Path) -> io::Result<()> {
    let mut name = OsString::from(path);
    name.push(format!(".{:032x}", u128::from_ne_bytes(random())));
    let made = PathBuf::from(name);
    let result = write(&made).and_then(|()| match fs::hard_link(&made, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = match fs::remove_file(&made) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    };
    result.and(removed)
}

/// Writes a new file with one key, which its owner alone may read.
fn write(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let key = STANDARD.encode(random::<LENGTH>());
    file.write_all(format!("{COMMENT}{key}\n").as_bytes())?;
    file.sync_all()
}

fn read(file: File) -> Result<Vec<Secret>, Problem> {
    #[cfg(unix)]
    {
        let metadata = file.metadata().map_err(Problem::Unread)?;
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            return Err(Problem::OpenToOthers(mode));
        }
    }
    let mut text = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut text).map_err(Problem::Unread)?;
    if text.len() as u64 > LONGEST {
        return Err(Problem::TooLong);
    }
    secrets(&String::from_utf8_lossy(&text))
}

fn secrets(text: &str) -> Result<Vec<Secret>, Problem> {
    let mut secrets = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if !line.is_empty() {
            secrets.push(secret(line).map_err(|wrong| Problem::Malformed(at + 1, wrong))?);
        }
    }
    match secrets.len() {
        0 => Err(Problem::Empty),
        1..=MOST => Ok(secrets),
        _ => Err(Problem::TooMany),
    }
}

/// Reads base64 in either alphabet, padded or not. What is wrong is said without the key.
fn secret(line: &str) -> Result<Secret, String> {
    let standard = line.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let bytes = STANDARD_NO_PAD.decode(standard).map_err(|_| "it is not base64".to_owned())?;
    let length = bytes.len();
    bytes.try_into().map_err(|_| format!("it has {length} bytes"))
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            Problem::Unread(error) => write!(f, "the keys file `{path}` cannot be read: {error}"),
            Problem::Unmade(error) => write!(f, "the keys file `{path}` cannot be made: {error}"),
            Problem::OpenToOthers(mode) => write!(
                f,
                "the keys file `{path}` is open to other users (mode {mode:04o}): \
                 run `chmod 600 {path}`"
            ),
            Problem::TooLong => {
                write!(f, "the keys file `{path}` has more than {} KiB", LONGEST / 1024)
            }
            Problem::Malformed(line, wrong) => write!(
                f,
                "line {line} of the keys file `{path}` is not a key: {wrong}; \
                 expected {LENGTH} bytes in base64, as `openssl rand -base64 {LENGTH}` writes them"
            ),
            Problem::TooMany => write!(f, "the keys file `{path}` has more than {MOST} keys"),
            Problem::Empty => write!(
                f,
                "the keys file `{path}` has no key: remove it and one is made, \
                 or add a line of `openssl rand -base64 {LENGTH}`"
            ),
        }
    }
}

impl StdError for KeysError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.problem {
            Problem::Unread(error) | Problem::Unmade(error) => error.source(),
            _ => None,
        }
    }
}

impl From<KeysError> for io::Error {
    fn from(error: KeysError) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Barrier;
    use std::thread;

    use super::*;
    use crate::keys::Keys;

    /// The keys of a file with this text and mode.
    fn keys(text: &str, mode: u32) -> Result<Keys, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let shown = path.display().to_string();
        Keys::from_file(&path).map_err(|error| error.to_string().replace(&shown, "FILE"))
    }

    fn key(byte: u8) -> String {
        STANDARD.encode([byte; LENGTH])
    }

    #[test]
    fn a_missing_file_is_made_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let sealed = Keys::from_file(&path).unwrap().seal("a", b"", b"plain");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let again = Keys::from_file(&path).unwrap();
        assert_eq!(again.open("a", b"", &sealed).as_deref(), Some(&b"plain"[..]));
        assert!(!again.are_of_process() && Keys::random().are_of_process());
    }

    #[test]
    fn all_who_start_at_once_have_the_same_key() {
        const MANY: usize = 8;
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("keys");
            let start = Barrier::new(MANY);
            let keys: Vec<Keys> = thread::scope(|scope| {
                let one = || {
                    start.wait();
                    Keys::from_file(&path).unwrap()
                };
                let threads: Vec<_> = (0..MANY).map(|_| scope.spawn(one)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let sealed = keys[0].seal("a", b"", b"");
            assert!(keys.iter().all(|keys| keys.open("a", b"", &sealed).is_some()));
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn comments_both_alphabets_and_missing_padding_are_read() {
        let url_safe = key(0xff).replace('/', "_");
        let text = format!("# old\r\n\n  {} # one\n{}\n", key(1).trim_end_matches('='), url_safe);
        let found = keys(&text, 0o400).unwrap();
        for byte in [1, 0xff] {
            let sealed = keys(&key(byte), 0o600).unwrap().seal("a", b"", b"");
            assert!(found.open("a", b"", &sealed).is_some());
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_without_its_keys() {
        let many = format!("{}\n", key(1)).repeat(MOST + 1);
        let not = "is not a key";
        let expected = "expected 32 bytes in base64, as `openssl rand -base64 32` writes them";
        for (text, mode, wrong) in [
            (
                key(1),
                0o644,
                "the keys file `FILE` is open to other users (mode 0644): run `chmod 600 FILE`"
                    .to_owned(),
            ),
            (
                key(1),
                0o640,
                "the keys file `FILE` is open to other users (mode 0640): run `chmod 600 FILE`"
                    .to_owned(),
            ),
            (
                "\n# nothing\n".to_owned(),
                0o600,
                "the keys file `FILE` has no key: remove it and one is made, or add a line of \
                 `openssl rand -base64 32`"
                    .to_owned(),
            ),
            (
                format!("{}\nhunter2!", key(1)),
                0o600,
                format!("line 2 of the keys file `FILE` {not}: it is not base64; {expected}"),
            ),
            (
                STANDARD.encode([1; 16]),
                0o600,
                format!("line 1 of the keys file `FILE` {not}: it has 16 bytes; {expected}"),
            ),
            (
                "\u{0}\u{fffd}".to_owned(),
                0o600,
                format!("line 1 of the keys file `FILE` {not}: it is not base64; {expected}"),
            ),
            (many, 0o600, "the keys file `FILE` has more than 16 keys".to_owned()),
            ("#".repeat(70_000), 0o600, "the keys file `FILE` has more than 64 KiB".to_owned()),
        ] {
            assert_eq!(keys(&text, mode).unwrap_err(), wrong);
        }
    }

    #[test]
    fn a_file_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let wrong = Keys::from_file(folder.path().join("no/keys")).unwrap_err().to_string();
        assert!(wrong.contains("no/keys` cannot be made: No such file or directory"), "{wrong}");
        let wrong = Keys::from_file(folder.path()).unwrap_err().to_string();
        assert!(wrong.contains("is open to other users") || wrong.contains("cannot be read"));
        // A link to nowhere is not followed and not replaced.
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let wrong = Keys::from_file(&link).unwrap_err().to_string();
        assert!(wrong.contains("link` cannot be read"), "{wrong}");
    }
}
