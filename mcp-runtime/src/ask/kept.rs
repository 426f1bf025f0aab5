//! The states of calls that the process keeps while their clients ask their users.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many states are kept: more questions than one person has open.
const STATES: usize = 256;

/// How many bytes the states may have together.
const BYTES: usize = 1024 * 1024;

/// States as JSON, by the random names that clients were given for them. If there are too many, the
/// oldest are dropped.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Table>);

#[derive(Default)]
struct Table {
    states: HashMap<String, Entry>,
    /// The oldest first.
    order: VecDeque<String>,
    bytes: usize,
}

struct Entry {
    /// The request that it is a state of.
    of: String,
    /// JSON, because a `Value` takes many times the memory.
    state: String,
}

impl Kept {
    /// Keeps a state, and returns its name.
    pub(crate) fn keep(&self, of: String, state: String) -> String {
        let name = random();
        let entry = Entry { of, state };
        let mut table = self.lock();
        table.bytes += entry.bytes();
        table.states.insert(name.clone(), entry);
        table.order.push_back(name.clone());
        while table.order.len() > STATES || table.bytes > BYTES && table.order.len() > 1 {
            table.forget_oldest();
        }
        name
    }

    /// The state of a request. It stays, because a client may send its answers twice.
    pub(crate) fn find(&self, of: &str, name: &str) -> Option<String> {
        let table = self.lock();
        table.states.get(name).filter(|entry| entry.of == of).map(|entry| entry.state.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing that panics is done under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn forget_oldest(&mut self) {
        if let Some(entry) = self.order.pop_front().and_then(|name| self.states.remove(&name)) {
            self.bytes -= entry.bytes();
        }
    }
}

impl Entry {
    fn bytes(&self) -> usize {
        self.of.len() + self.state.len()
    }
}

/// 128 unpredictable bits in hexadecimal: the standard hasher takes its keys from the operating
/// system, and its output does not reveal them.
pub(crate) fn random() -> String {
    let half = || RandomState::new().hash_one(0_u8);
    format!("{:016x}{:016x}", half(), half())
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_found_by_its_own_request_only() {
        let kept = Kept::default();
        let name = kept.keep("tool `a`".to_owned(), "{}".to_owned());
        assert_eq!(kept.find("tool `a`", &name).as_deref(), Some("{}"));
        assert_eq!(kept.find("tool `b`", &name), None);
        assert_eq!(kept.find("tool `a`", &format!("{name}0")), None);
        assert_ne!(name, kept.keep(String::new(), String::new()));
    }

    #[test]
    fn the_oldest_states_make_room() {
        let kept = Kept::default();
        let keep = |bytes| kept.keep("x".to_owned(), " ".repeat(bytes));
        let names: Vec<_> = (0..=STATES).map(|_| keep(0)).collect();
        assert_eq!(kept.find("x", &names[0]), None);
        assert!(kept.find("x", &names[1]).is_some());
        // One that is as long as all may be together is the only one.
        let long = keep(BYTES);
        assert!(kept.find("x", &long).is_some());
        assert_eq!(kept.find("x", names.last().unwrap()), None);
        assert_eq!(kept.lock().order.len(), 1);
        assert_eq!(kept.lock().states.len(), 1);
    }
}
