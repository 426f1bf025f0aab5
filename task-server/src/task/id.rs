//! The ids of tasks.

use std::fmt;
use std::str::FromStr;

use mcp_runtime::data;
use thiserror::Error;

use super::shown::shortened;

/// The id of a task: a number, written `task_0001`, with more digits when it needs them.
///
/// Read back leniently, for ids are retyped by people and models: `TASK_1`, `task_1` and `1`
/// are `task_0001` too, and so is the number 1.
#[data]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(try_from = "WrittenId", into = "String")]
pub struct TaskId(i64);

/// An id as it may come. The schema offers the text alone: hosts take a property of one type best.
#[data]
#[derive(Debug)]
#[serde(untagged)]
enum WrittenId {
    Text(String),
    #[schemars(skip)]
    Number(i64),
    #[schemars(skip)]
    Decimal(f64),
}

impl TaskId {
    /// The id of the row with this number.
    pub(crate) const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number of this id's row.
    pub(crate) const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task_{:04}", self.0)
    }
}

impl FromStr for TaskId {
    type Err = TaskIdError;

    fn from_str(text: &str) -> Result<Self, TaskIdError> {
        let text = text.trim();
        let digits = match text.split_at_checked("task_".len()) {
            Some((prefix, digits)) if prefix.eq_ignore_ascii_case("task_") => digits,
            _ => text,
        };
        // The standard parser takes a sign, an id does not.
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok());
        match number.flatten() {
            Some(number @ 1..) => Ok(Self(number)),
            _ => Err(TaskIdError::new(text)),
        }
    }
}

impl TryFrom<String> for TaskId {
    type Error = TaskIdError;

    fn try_from(text: String) -> Result<Self, TaskIdError> {
        text.parse()
    }
}

impl TryFrom<WrittenId> for TaskId {
    type Error = TaskIdError;

    fn try_from(written: WrittenId) -> Result<Self, TaskIdError> {
        match written {
            WrittenId::Text(text) => text.parse(),
            WrittenId::Number(number) => number.to_string().parse(),
            // `1.0` is shown as `1`.
            WrittenId::Decimal(number) => number.to_string().parse(),
        }
    }
}

impl From<TaskId> for String {
    fn from(id: TaskId) -> Self {
        id.to_string()
    }
}

/// A text that is no [`TaskId`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("expected a task id such as `task_0001`; got `{got}`; list_tasks shows every id")]
pub struct TaskIdError {
    got: String,
}

impl TaskIdError {
    /// Keeps the first 40 characters: enough to recognise the text, whatever was sent.
    fn new(text: &str) -> Self {
        Self { got: shortened(text, 40) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::one_line;

    #[test]
    fn an_id_has_at_least_four_digits() {
        assert_eq!(TaskId(1).to_string(), "task_0001");
        assert_eq!(TaskId(9_999).to_string(), "task_9999");
        assert_eq!(TaskId(10_000).to_string(), "task_10000");
        assert_eq!(String::from(TaskId(12)), "task_0012");
    }

    #[test]
    fn an_id_is_read_leniently() {
        for text in ["task_0007", "TASK_7", "Task_07", "task_7", "7", "0007", " task_0007\n"] {
            assert_eq!(text.parse(), Ok(TaskId(7)), "{text:?}");
            assert_eq!(TaskId::try_from(text.to_owned()), Ok(TaskId(7)), "{text:?}");
        }
        assert_eq!("task_10000".parse(), Ok(TaskId(10_000)));
        assert_eq!(TaskId(i64::MAX).to_string().parse(), Ok(TaskId(i64::MAX)));
    }

    #[test]
    fn what_is_no_id_is_refused_with_an_example() {
        let texts =
            ["", "task_", "task_0", "0", "task_+1", "-1", "+1", "1.0", "task 1", "aufgabe_1"];
        let hostile =
            ["task_\u{ff19}", "tásk_1", "9223372036854775808", "task_task_1", "\0", "1\0"];
        for text in texts.into_iter().chain(hostile) {
            let error = text.parse::<TaskId>().unwrap_err().to_string();
            let expected = format!(
                "expected a task id such as `task_0001`; got `{}`; list_tasks shows every id",
                one_line(text)
            );
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn a_long_text_that_is_no_id_is_shown_in_part() {
        let error = "ä".repeat(100_000).parse::<TaskId>().unwrap_err().to_string();
        assert!(error.contains(&format!("got `{}…`", "ä".repeat(40))), "{error}");
    }
}
