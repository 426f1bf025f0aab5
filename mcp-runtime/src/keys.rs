//! Keys: what seals the data that clients keep for the server.
//!
//! A client may change or make up whatever it sends back, so what the server has to trust is
//! encrypted and authenticated. A sealed text opens for the purpose and the data that it was bound
//! to, and for nothing else.
//!
//! Spec: 2026-07-28, basic/patterns/mrtr, Server Requirements.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Prk, Salt};
use ring::rand::{SecureRandom as _, SystemRandom};

mod file;

pub use file::KeysError;

/// The bytes of a key.
const LENGTH: usize = 32;

/// What a sealed text begins with, so that another way of sealing can follow.
const VERSION: u8 = 1;

/// Longer texts are not looked at: state between rounds is at most 64 KiB before it is sealed.
const LONGEST: usize = 128 * 1024;

/// Keys that seal what clients keep for a server over HTTP: the state of questions.
///
/// The first key seals and every key opens, so that a key is replaced by putting another one in
/// front of it. Servers behind a load balancer share a file. Without keys a server makes one for
/// its process, and questions that are unanswered when the process ends cannot be answered.
///
/// # Example
/// ```
/// use mcp_runtime::Keys;
/// use mcp_runtime::prelude::*;
///
/// # let folder = std::env::temp_dir().join(format!("mcp-keys-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let path = folder.join("keys");
/// // The file is made if it is missing.
/// let server: Server<()> = Server::new("example", "1.0.0").keys(Keys::from_file(&path)?);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Keys {
    /// What the keys of each purpose are derived from, never empty.
    secrets: Arc<[Prk]>,
    /// Whether it is a key of this process, lost at its end.
    is_of_process: bool,
}

impl Keys {
    /// A key of this process, lost at its end.
    pub(crate) fn random() -> Self {
        Self { is_of_process: true, ..Self::of(&[random()]) }
    }

    /// Reads keys from a file, which is made with one random key if it is missing. Processes that
    /// start at once end up with the same key.
    ///
    /// A line holds one key, 32 random bytes in base64, as `openssl rand -base64 32` writes them.
    /// `#` begins a comment. There are at most 16 keys.
    ///
    /// # Errors
    /// If the file cannot be read or made, if other users can read it, which `chmod 600` prevents,
    /// or if it holds anything but keys, or none.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, KeysError> {
        file::read_or_make(path.as_ref()).map(|secrets| Self::of(&secrets))
    }

    fn of(secrets: &[[u8; LENGTH]]) -> Self {
        let salt = Salt::new(HKDF_SHA256, b"mcp-runtime keys");
        let secrets = secrets.iter().map(|secret| salt.extract(secret)).collect();
        Self { secrets, is_of_process: false }
    }

    /// Whether it is a key of this process, lost at its end.
    pub(crate) fn are_of_process(&self) -> bool {
        self.is_of_process
    }
}

impl Keys {
    /// Seals bytes as visible ASCII. They open for the same purpose and the same bound data alone.
    ///
    /// Each purpose has a key of its own, so nonces, which are random, collide only within one.
    pub(crate) fn seal(&self, purpose: &str, bound: &[u8], plain: &[u8]) -> String {
        let nonce: [u8; NONCE_LEN] = random();
        let mut sealed =
            Vec::with_capacity(1 + NONCE_LEN + plain.len() + CHACHA20_POLY1305.tag_len());
        let mut text = plain.to_vec();
        derived(&self.secrets[0], purpose)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound),
                &mut text,
            )
            .expect("the cipher takes 256 GiB, and nothing that is sealed is as long");
        sealed.push(VERSION);
        sealed.extend(nonce);
        sealed.extend(text);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// Opens what one of the keys has sealed for this purpose and bound data; `None` for any other
    /// text.
    pub(crate) fn open(&self, purpose: &str, bound: &[u8], sealed: &str) -> Option<Vec<u8>> {
        if sealed.len() > LONGEST {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (version, sealed) = sealed.split_first()?;
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        if *version != VERSION {
            return None;
        }
        self.secrets.iter().find_map(|secret| {
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let mut text = text.to_vec();
            let key = derived(secret, purpose);
            let plain = key.open_in_place(nonce, Aad::from(bound), &mut text).ok()?;
            let length = plain.len();
            text.truncate(length);
            Some(text)
        })
    }
}

/// Shows how many there are and no key.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("count", &self.secrets.len()).finish_non_exhaustive()
    }
}

/// The key of one purpose.
fn derived(secret: &Prk, purpose: &str) -> LessSafeKey {
    let info = [purpose.as_bytes()];
    let derived = secret.expand(&info, &CHACHA20_POLY1305);
    let derived = derived.expect("a key is shorter than what can be derived");
    LessSafeKey::new(UnboundKey::from(derived))
}

/// Bytes that nobody can guess.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the system has random numbers");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURPOSE: &str = "state";
    const BOUND: &[u8] = b"tools/call add";

    fn sealed(keys: &Keys) -> String {
        keys.seal(PURPOSE, BOUND, b"three answers")
    }

    // MRTR-07.
    #[test]
    fn what_was_sealed_opens() {
        let keys = Keys::random();
        let long = vec![0; 64 * 1024];
        for plain in [&b""[..], b"a", &long] {
            let sealed = keys.seal(PURPOSE, BOUND, plain);
            assert!(sealed.bytes().all(|it| it.is_ascii_graphic()));
            assert_eq!(keys.open(PURPOSE, BOUND, &sealed).as_deref(), Some(plain));
        }
        assert_ne!(sealed(&keys), sealed(&keys));
    }

    // MRTR-07, MRTR-10.
    #[test]
    fn a_change_anywhere_is_refused() {
        let keys = Keys::random();
        let sealed = sealed(&keys);
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            for other in *b"Ab0-_ =" {
                if bytes[at] != other {
                    bytes[at] = other;
                    let changed = String::from_utf8(bytes.clone()).unwrap();
                    assert_eq!(keys.open(PURPOSE, BOUND, &changed), None, "{at} {other}");
                }
                bytes[at] = sealed.as_bytes()[at];
            }
            assert_eq!(keys.open(PURPOSE, BOUND, &sealed[..at]), None);
            let longer = format!("{}A{}", &sealed[..at], &sealed[at..]);
            assert_eq!(keys.open(PURPOSE, BOUND, &longer), None);
        }
    }

    // MRTR-08.
    #[test]
    fn another_purpose_or_bound_or_key_opens_nothing() {
        let keys = Keys::random();
        let sealed = sealed(&keys);
        assert_eq!(keys.open("session", BOUND, &sealed), None);
        assert_eq!(keys.open(PURPOSE, b"tools/call sub", &sealed), None);
        assert_eq!(keys.open("state", b"", &sealed), None);
        // Purpose and bound data are not joined.
        assert_eq!(keys.open("statet", &BOUND[1..], &sealed), None);
        assert_eq!(Keys::random().open(PURPOSE, BOUND, &sealed), None);
        assert!(keys.open(PURPOSE, BOUND, &sealed).is_some());
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let (old, new) = ([1; LENGTH], [2; LENGTH]);
        let (before, during, after) = (Keys::of(&[old]), Keys::of(&[new, old]), Keys::of(&[new]));
        assert!(during.open(PURPOSE, BOUND, &sealed(&before)).is_some());
        assert!(after.open(PURPOSE, BOUND, &sealed(&during)).is_some());
        assert!(before.open(PURPOSE, BOUND, &sealed(&during)).is_none());
        assert!(after.open(PURPOSE, BOUND, &sealed(&before)).is_none());
    }

    #[test]
    fn garbage_is_refused() {
        let keys = Keys::random();
        let mut other = URL_SAFE_NO_PAD.decode(sealed(&keys)).unwrap();
        other[0] = 2;
        for text in ["", "A", "====", "AQ", "ü", "AQ\0", "AQAA AAAA", &"A".repeat(40)] {
            assert_eq!(keys.open(PURPOSE, BOUND, text), None, "{text}");
        }
        assert_eq!(keys.open(PURPOSE, BOUND, &URL_SAFE_NO_PAD.encode(other)), None);
        let long = keys.seal(PURPOSE, BOUND, &vec![0; LONGEST]);
        assert_eq!(keys.open(PURPOSE, BOUND, &long), None);
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", Keys::of(&[[7; LENGTH]])), "Keys { count: 1, .. }");
    }
}
