//! What a task is: its id, its fields, the limits they keep, and what can be told about many.

mod day;
mod id;
mod shown;
mod stats;

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use jiff::civil::Date;
use mcp_runtime::data;
use thiserror::Error;

pub use self::day::{Day, DayError};
pub use self::id::{TaskId, TaskIdError};
pub(crate) use self::shown::{one_line, shortened};
pub use self::stats::{PriorityCounts, Stats, StatusCounts};

/// Longest title, in characters: a title is one line of a list, and lists are read by models.
pub const TITLE_LIMIT: usize = 500;

/// Longest description, in characters: about fifty printed pages, and one task still fits the
/// answer to one call.
pub const DESCRIPTION_LIMIT: usize = 100_000;

/// One task, as it is stored.
#[data]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The id, given by the store and never given again.
    pub id: TaskId,
    /// What to do, in a line: trimmed, 1 to 500 characters.
    pub title: String,
    /// What the task involves; empty when nothing was said.
    pub description: String,
    /// How urgent it is.
    pub priority: Priority,
    /// How far it is.
    pub status: Status,
    /// The day it is due, in the years 0000 to 9999.
    pub due_date: Option<Date>,
    /// When it was created, to the millisecond.
    pub created_at: Timestamp,
    /// When it was last changed, to the millisecond; equal to `created_at` until then.
    pub updated_at: Timestamp,
}

impl Task {
    /// How many bytes the task takes in a list that is written as JSON within a text of JSON, with
    /// the comma behind it.
    pub(crate) fn weight(&self) -> usize {
        // Each quote has a backslash within the text.
        const MEMBERS: usize = concat!(
            r#"{\"id\":\"\",\"title\":\"\",\"description\":\"\",\"priority\":\"\",\"status\":\"\","#,
            r#"\"due_date\":,\"created_at\":\"\",\"updated_at\":\"\"},"#
        )
        .len();
        let Self { id, title, description, priority, status, due_date, created_at, updated_at } =
            self;
        let text = |text: &str| text.chars().map(weight).sum::<usize>();
        let due_date = due_date.map_or("null".len(), |day| length(day) + r#"\"\""#.len());
        MEMBERS
            + text(title)
            + text(description)
            + length(id)
            + length(priority)
            + length(status)
            + due_date
            + length(created_at)
            + length(updated_at)
    }
}

/// How many bytes are displayed.
fn length(what: impl fmt::Display) -> usize {
    struct Count(usize);
    impl fmt::Write for Count {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }
    let mut count = Count(0);
    write!(count, "{what}").expect("counting cannot fail");
    count.0
}

fn weight(character: char) -> usize {
    match character {
        // `\\\"`, `\\\\`.
        '"' | '\\' => 4,
        // `\\n`
        '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 3,
        // `\\u0001`
        '\0'..='\x1f' => 7,
        // `\u2028`: these the text of JSON escapes, and the JSON within it does not.
        '\u{85}' | '\u{2028}' | '\u{2029}' => 6,
        other => other.len_utf8(),
    }
}

/// How urgent a task is.
#[data]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// When there is time.
    Low,
    /// As any other task.
    #[default]
    Medium,
    /// Before the others.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// Every priority, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// The word for it: `low`, `medium`, `high` or `urgent`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How far a task is.
#[data]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not begun.
    #[default]
    Pending,
    /// Begun and not done.
    InProgress,
    /// Done.
    Completed,
}

impl Status {
    /// Every status, in the order a task passes them.
    pub const ALL: [Self; 3] = [Self::Pending, Self::InProgress, Self::Completed];

    /// The word for it: `pending`, `in_progress` or `completed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One field that an update changed, with both values as they are written.
#[data]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field that changed.
    pub field: Field,
    /// Its value before.
    pub old: String,
    /// Its value after, different from `old`.
    pub new: String,
}

/// A field of a task that an update can change.
#[data]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// How far the task is.
    Status,
    /// How urgent it is.
    Priority,
    /// What it involves.
    Description,
}

impl Field {
    /// The field's name: `status`, `priority` or `description`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Description => "description",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text or a date cannot be part of a task.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidTask {
    /// The title is empty, or nothing that can be seen.
    #[error("expected a title; got an empty one; say in a few words what is to be done")]
    EmptyTitle,
    /// The title is longer than [`TITLE_LIMIT`].
    #[error(
        "expected a title of at most {TITLE_LIMIT} characters; got {length}; \
         put the details into the description"
    )]
    LongTitle {
        /// Its length in characters.
        length: usize,
    },
    /// The description is longer than [`DESCRIPTION_LIMIT`].
    #[error(
        "expected a description of at most {DESCRIPTION_LIMIT} characters; got {length}; \
         shorten it, or split the task"
    )]
    LongDescription {
        /// Its length in characters.
        length: usize,
    },
    /// The due date has no form with four digits for the year.
    #[error("expected a due date in the years 0000 to 9999, as YYYY-MM-DD; got {due_date}")]
    DueDate {
        /// The date that was given.
        due_date: Date,
    },
}

/// What a task is made of before it has an id: checked, and not yet stored.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) priority: Priority,
    pub(crate) due_date: Option<Date>,
}

impl Draft {
    /// Checks what a new task is to be made of.
    pub(crate) fn new(
        title: String,
        description: Option<String>,
        priority: Priority,
        due_date: Option<Date>,
    ) -> Result<Self, InvalidTask> {
        Ok(Self {
            title: checked_title(title)?,
            description: checked_description(description.unwrap_or_default())?,
            priority,
            due_date: due_date.map(checked_due_date).transpose()?,
        })
    }

    /// The task this has become.
    pub(crate) fn into_task(self, id: TaskId, created_at: Timestamp) -> Task {
        Task {
            id,
            title: self.title,
            description: self.description,
            priority: self.priority,
            status: Status::default(),
            due_date: self.due_date,
            created_at,
            updated_at: created_at,
        }
    }
}

/// The title without the white space around it.
fn checked_title(title: String) -> Result<String, InvalidTask> {
    let trimmed = title.trim();
    match trimmed.chars().count() {
        _ if trimmed.chars().all(shown::is_invisible) => Err(InvalidTask::EmptyTitle),
        length if length > TITLE_LIMIT => Err(InvalidTask::LongTitle { length }),
        _ if trimmed.len() == title.len() => Ok(title),
        _ => Ok(trimmed.to_owned()),
    }
}

/// The description as it is, if it is not too long.
pub(crate) fn checked_description(description: String) -> Result<String, InvalidTask> {
    match description.chars().count() {
        length if length > DESCRIPTION_LIMIT => Err(InvalidTask::LongDescription { length }),
        _ => Ok(description),
    }
}

/// The date as it is, if its year has four digits: only then is it a `date` of JSON Schema, and
/// only then do texts sort as dates do.
fn checked_due_date(due_date: Date) -> Result<Date, InvalidTask> {
    if due_date.year() < 0 { Err(InvalidTask::DueDate { due_date }) } else { Ok(due_date) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_wire() {
        assert_eq!(Priority::ALL.map(Priority::as_str), ["low", "medium", "high", "urgent"]);
        assert_eq!(Status::ALL.map(Status::as_str), ["pending", "in_progress", "completed"]);
        assert_eq!(Priority::default().to_string(), "medium");
        assert_eq!(Status::default().to_string(), "pending");
    }

    #[test]
    fn a_title_is_trimmed_and_neither_empty_nor_too_long() {
        let title = |text: &str| checked_title(text.to_owned());
        assert_eq!(title(" \t Review\nthe 'report' \n").as_deref(), Ok("Review\nthe 'report'"));
        for nothing in
            [" \n\u{a0}\u{3000}", "\u{200b}", "\u{feff}\u{202e} \0", "\u{ad}\u{200d}\u{3164}"]
        {
            assert_eq!(title(nothing), Err(InvalidTask::EmptyTitle), "{nothing:?}");
        }
        let longest = "ä".repeat(TITLE_LIMIT);
        assert_eq!(title(&format!("  {longest} ")), Ok(longest.clone()));
        assert_eq!(
            title(&format!("{longest}!")).unwrap_err().to_string(),
            "expected a title of at most 500 characters; got 501; put the details into the \
             description"
        );
    }

    #[test]
    fn a_task_weighs_what_it_takes_in_a_text_of_json() {
        // As the answer is written: what some readers take for the end of a line is escaped.
        let escaped = |json: &str| {
            let text = serde_json::to_string(json).unwrap();
            [('\u{85}', r"\u0085"), ('\u{2028}', r"\u2028"), ('\u{2029}', r"\u2029")]
                .into_iter()
                .fold(text, |text, (character, escape)| text.replace(character, escape))
        };
        let control: String = ('\0'..'\u{a0}').collect();
        let dates = [(None, Timestamp::UNIX_EPOCH), (Some(Date::MAX), Timestamp::MAX)];
        for text in ["plain", &control, "\u{2028}\u{2029}", "\"\\/<", "ä😀\u{ffff}"] {
            for ((due_date, moment), id) in dates.into_iter().zip([1, i64::MAX]) {
                let draft =
                    Draft::new(format!("t{text}e"), Some(text.repeat(50)), Priority::Low, due_date);
                let mut task = draft.unwrap().into_task(TaskId::new(id), moment);
                for status in Status::ALL {
                    task.status = status;
                    let json = serde_json::to_string(&task).unwrap();
                    // The quotes around the text are not the task's, the comma is.
                    assert_eq!(escaped(&json).len() - 2 + 1, task.weight(), "{json}");
                }
            }
        }
    }

    #[test]
    fn a_description_keeps_its_white_space_and_has_a_limit() {
        assert_eq!(checked_description(" a\n".to_owned()).as_deref(), Ok(" a\n"));
        assert!(checked_description("ä".repeat(DESCRIPTION_LIMIT)).is_ok());
        assert_eq!(
            checked_description("ä".repeat(DESCRIPTION_LIMIT + 1)),
            Err(InvalidTask::LongDescription { length: DESCRIPTION_LIMIT + 1 })
        );
    }

    #[test]
    fn a_due_date_has_a_year_of_four_digits() {
        assert_eq!(checked_due_date(Date::MAX), Ok(Date::MAX));
        assert_eq!(checked_due_date(Date::ZERO), Ok(Date::ZERO));
        let error = checked_due_date(Date::MIN).unwrap_err().to_string();
        assert!(error.starts_with("expected a due date in the years 0000 to 9999"), "{error}");
    }

    #[test]
    fn counts_add_up() {
        let mut stats = Stats::default();
        for (number, status) in (1..).zip(Status::ALL) {
            stats.add(status, Priority::High, number);
        }
        assert_eq!(stats.total, 6);
        assert_eq!(Status::ALL.map(|status| stats.by_status.of(status)), [1, 2, 3]);
        assert_eq!(Priority::ALL.map(|priority| stats.by_priority.of(priority)), [0, 0, 6, 0]);
    }
}
