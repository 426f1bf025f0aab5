//! What one call remembers from one round of questions to the next.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::digest::Digest;
use crate::protocol::JsonObject;

/// How long a client may take to come back with answers, in seconds.
const VALID: u64 = 10 * 60;

/// What a call knows from its earlier rounds. It travels to the client and back, or is kept by the
/// process.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The arguments of the call. A retry has the same.
    pub(crate) arguments: Digest,
    /// For whom the call was sent. A retry is for the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) principal: Option<String>,
    /// When the round ended, in seconds since 1970.
    issued: u64,
    /// How many rounds there were.
    pub(crate) rounds: u32,
    /// The questions by their keys.
    pub(crate) asked: BTreeMap<String, Asked>,
    /// The results of effects that are not to be repeated, by their names.
    pub(crate) once: BTreeMap<String, Value>,
}

/// A question of an earlier round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// What was asked. `None` if an answer came without a state: then its key decides.
    pub(crate) digest: Option<Digest>,
    pub(crate) answer: Option<Value>,
    /// It was asked for the second time, because the first answer did not fit.
    pub(crate) again: bool,
}

/// The questions that a call ends with.
#[derive(Debug)]
pub(crate) struct Round {
    /// The questions as `inputRequests`.
    pub(crate) requests: String,
    pub(crate) state: State,
    /// Whether the state travels to the client, so that any process with the key can go on.
    #[cfg(feature = "http")]
    pub(crate) is_sealed: bool,
}

impl State {
    /// The state as it leaves the server.
    pub(crate) fn issued(self) -> Self {
        Self { issued: now(), ..self }
    }

    /// Whether the client has come back in time.
    pub(crate) fn is_valid(&self) -> bool {
        now().saturating_sub(self.issued) <= VALID
    }

    /// Takes the answers of a client. Those to questions that nobody asked are ignored.
    ///
    /// Spec: 2026-07-28, basic/patterns/mrtr.
    pub(crate) fn answer(&mut self, answers: JsonObject) {
        for (key, answer) in answers {
            if let Some(asked) = self.asked.get_mut(&key)
                && asked.answer.is_none()
            {
                asked.answer = Some(answer);
            }
        }
    }

    /// What is known of a call whose client has answers and no state: their keys decide.
    pub(crate) fn of_answers(answers: JsonObject) -> Self {
        let asked = |answer| Asked { digest: None, answer: Some(answer), again: false };
        let asked = answers.into_iter().map(|(key, answer)| (key, asked(answer))).collect();
        Self { asked, ..Self::default() }
    }
}

impl Round {
    /// Bytes that are held until the round is written.
    pub(crate) fn size(&self) -> usize {
        self.requests.len()
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
