//! The questions of one call: which are open, what is known from earlier rounds, and why the call
//! ends if one cannot be asked.
//!
//! A call that asks nothing takes no lock and no memory for this.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::ask::{Asked, Digest, Round, State, digest_of_question};
use crate::error::Error;
use crate::protocol::InputRequest;

/// Questions that a call may have open at the same time.
const OPEN: usize = 16;

/// Rounds that a call may take.
const ROUNDS: u32 = 16;

/// How a question reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It cannot: completions and listings do not ask.
    Nowhere,
    /// As a request from the server, up to 2025-11-25.
    Request,
    /// In the result of the call, which the client retries with the answers. The process keeps the
    /// state of the call.
    Kept,
    /// The same, but the client keeps the state, sealed.
    #[cfg(feature = "http")]
    Sealed,
}

impl Way {
    /// Whether a question ends the call.
    pub(super) fn takes_rounds(self) -> bool {
        !matches!(self, Self::Nowhere | Self::Request)
    }
}

/// The questions of one call.
pub(super) struct Asks {
    pub(super) way: Way,
    /// Whether the call ends at its next pending poll.
    ends: AtomicBool,
    /// How often a poll of the call was pending.
    polls: AtomicU32,
    /// `None` until something is asked, or known from an earlier round.
    table: Mutex<Option<Box<Table>>>,
    /// The arguments of the call, if its client can be asked in rounds.
    arguments: Digest,
}

#[derive(Default)]
struct Table {
    state: State,
    /// The questions that are open, by their keys.
    open: BTreeMap<String, Open>,
    /// How often each question was asked since the call began.
    ordinals: HashMap<Digest, usize>,
    /// How many questions are open, for the time limit of the call: it stands still meanwhile.
    count: Option<Arc<AtomicUsize>>,
    /// The names of the effects that are running.
    effects: BTreeSet<String>,
    /// Why the call ends, if not with questions.
    failure: Option<Error>,
}

/// An effect that is running. Dropped when it ends, and when nobody waits for it any more.
pub(super) struct Effect<'a> {
    asks: &'a Asks,
    name: &'a str,
}

impl Drop for Effect<'_> {
    fn drop(&mut self) {
        self.asks.table().get_or_insert_default().effects.remove(self.name);
    }
}

struct Open {
    request: InputRequest,
    digest: Digest,
    /// It is asked for the second time, because the first answer did not fit.
    again: bool,
    /// How many wait for the answer: a question may be asked twice at once.
    askers: usize,
}

impl Asks {
    pub(super) fn new(way: Way) -> Self {
        Self {
            way,
            ends: AtomicBool::new(false),
            polls: AtomicU32::new(0),
            table: Mutex::new(None),
            arguments: Digest::default(),
        }
    }

    /// The number of open questions, for the time limit of the call.
    pub(super) fn counted(&self) -> Arc<AtomicUsize> {
        Arc::clone(self.table().get_or_insert_default().count.get_or_insert_default())
    }

    /// Goes on with what is known from earlier rounds.
    pub(super) fn resume(&mut self, state: State) {
        self.table().get_or_insert_default().state = state;
    }

    /// Remembers the arguments of the call.
    pub(super) fn bind(&mut self, arguments: Digest) {
        self.arguments = arguments;
    }

    /// Whether the call is to end where it waits.
    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        self.ends.load(Ordering::Relaxed)
    }

    /// Counts a pending poll of the call.
    #[inline]
    pub(super) fn waits(&self) {
        self.polls.fetch_add(1, Ordering::Relaxed);
    }

    /// How often a poll of the call was pending.
    pub(super) fn polls(&self) -> u32 {
        self.polls.load(Ordering::Relaxed)
    }

    /// Why the call of a principal ends; `None` if what it asked was withdrawn.
    #[cold]
    pub(super) fn end(&self, principal: Option<&str>) -> Option<Error> {
        let mut table = self.table();
        let table = table.get_or_insert_default();
        if let Some(failure) = table.failure.take() {
            return Some(failure);
        }
        let open = std::mem::take(&mut table.open);
        if open.is_empty() {
            self.ends.store(false, Ordering::Relaxed);
            return None;
        }
        let mut state = std::mem::take(&mut table.state);
        state.arguments = self.arguments;
        state.principal = principal.map(str::to_owned);
        state.rounds += 1;
        if state.rounds > ROUNDS {
            let what = format!("asked in {ROUNDS} rounds without an end: start again");
            return Some(Error::new(what));
        }
        // Answers to questions that nobody asked are not carried along.
        state.asked.retain(|_, asked| asked.digest.is_some());
        let mut requests = BTreeMap::new();
        for (key, Open { request, digest, again, .. }) in open {
            let asked = Asked { digest: Some(digest), answer: None, again };
            state.asked.insert(key.clone(), asked);
            requests.insert(key, request);
        }
        // Writing texts and trees into memory cannot fail.
        let requests = serde_json::to_string(&requests).unwrap_or_default();
        Some(Error::asked(Round {
            requests,
            state,
            #[cfg(feature = "http")]
            is_sealed: self.way == Way::Sealed,
        }))
    }

    /// Lets the call end with this error where it waits.
    pub(super) fn fail(&self, error: Error) {
        self.table().get_or_insert_default().failure.get_or_insert(error);
        self.ends.store(true, Ordering::Relaxed);
    }

    /// The key and the fingerprint of a question that is about to be asked.
    pub(super) fn name(&self, key: Option<&str>, request: &InputRequest) -> (String, Digest) {
        let digest = digest_of_question(request);
        if let Some(key) = key {
            return (key.to_owned(), digest);
        }
        let mut table = self.table();
        let ordinal = table.get_or_insert_default().ordinals.entry(digest).or_default();
        *ordinal += 1;
        match *ordinal {
            1 => (digest.to_string(), digest),
            n => (format!("{digest}-{n}"), digest),
        }
    }

    /// The answer to a question, and whether the question was asked twice.
    pub(super) fn known(&self, key: &str, digest: Digest) -> Option<(Value, bool)> {
        let mut table = self.table();
        let asked = table.as_mut()?.state.asked.get_mut(key)?;
        // An answer that came without a state belongs to the question that takes it.
        let is_same = *asked.digest.get_or_insert(digest) == digest;
        asked.answer.clone().filter(|_| is_same).map(|answer| (answer, asked.again))
    }

    /// Remembers an answer, for one more question of the same key.
    pub(super) fn learn(&self, key: String, digest: Digest, answer: Value) {
        let asked = Asked { digest: Some(digest), answer: Some(answer), again: false };
        self.table().get_or_insert_default().state.asked.insert(key, asked);
    }

    /// Opens a question, which ends the call where it waits if the call takes rounds.
    ///
    /// # Errors
    /// If too many are open, or another one has this key.
    pub(super) fn open(
        &self,
        key: &str,
        digest: Digest,
        request: InputRequest,
        again: bool,
    ) -> Result<(), Error> {
        let mut table = self.table();
        let table = table.get_or_insert_default();
        let open = &mut table.open;
        let is_full = open.len() >= OPEN;
        match open.get_mut(key) {
            Some(other) if other.digest == digest => other.askers += 1,
            Some(_) => {
                return Err(Error::new(format!(
                    "two different questions with the key `{key}` are open: give each its own"
                )));
            }
            None if is_full => {
                return Err(Error::new(format!(
                    "more than {OPEN} questions are open: ask some of them later, or one form"
                )));
            }
            None => {
                open.insert(key.to_owned(), Open { request, digest, again, askers: 1 });
            }
        }
        if let Some(count) = &table.count {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.ends.fetch_or(self.way.takes_rounds(), Ordering::Relaxed);
        Ok(())
    }

    /// Withdraws a question, or counts it as answered.
    pub(super) fn close(&self, key: &str) {
        let mut table = self.table();
        let table = table.get_or_insert_default();
        if let Some(open) = table.open.get_mut(key) {
            open.askers -= 1;
            if open.askers == 0 {
                table.open.remove(key);
            }
        }
        if let Some(count) = &table.count {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// The result of an effect that is not to be repeated.
    pub(super) fn done(&self, name: &str) -> Option<Value> {
        self.table().as_ref()?.state.once.get(name).cloned()
    }

    /// Begins an effect; `None` if one of this name is running.
    pub(super) fn begin_effect<'a>(&'a self, name: &'a str) -> Option<Effect<'a>> {
        let is_new = self.table().get_or_insert_default().effects.insert(name.to_owned());
        is_new.then_some(Effect { asks: self, name })
    }

    /// Remembers the result of an effect.
    pub(super) fn remember(&self, name: &str, result: Value) {
        self.table().get_or_insert_default().state.once.insert(name.to_owned(), result);
    }

    fn table(&self) -> MutexGuard<'_, Option<Box<Table>>> {
        // Nothing that panics is done under the lock.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asks").field("way", &self.way).finish_non_exhaustive()
    }
}
