//! What a task is: its id, its fields, the limits they keep, and what can be told about many.

mod shown;
mod stats;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use mcp_runtime::data;
use mcp_runtime::schemars::{Schema, json_schema};
use thiserror::Error;

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
    /// About how many bytes the task takes where it is written as JSON within a text of JSON: not
    /// less than it is.
    pub(crate) fn weight(&self) -> usize {
        // The names of the members, their quotes, the dates and the words.
        const MEMBERS: usize = 272;
        let weight = |text: &str| text.chars().map(weight).sum::<usize>();
        MEMBERS + weight(&self.title) + weight(&self.description)
    }
}

fn weight(character: char) -> usize {
    match character {
        '"' | '\\' => 4,
        // `\\u0001`; some writers escape the line separators too.
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' => 7,
        other => other.len_utf8(),
    }
}

/// A day, written `2026-11-30` and in no other way: a time or a zone beside it would be lost.
#[data]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("format" = "date"))]
pub struct Day(Date);

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let is_form = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let day = is_form.then(|| text.parse().ok()).flatten();
        day.map(Self).ok_or_else(|| DayError { got: shortened(text, 40) })
    }
}

impl TryFrom<String> for Day {
    type Error = DayError;

    fn try_from(text: String) -> Result<Self, DayError> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A text that is no [`Day`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("expected a day as YYYY-MM-DD, such as `2026-11-30`, without a time; got `{got}`")]
pub struct DayError {
    got: String,
}

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
#[schemars(transform = as_text)]
enum WrittenId {
    Text(String),
    Number(i64),
    Decimal(f64),
}

fn as_text(schema: &mut Schema) {
    *schema = json_schema!({ "type": "string" });
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
    fn a_day_has_one_form_r6() {
        assert_eq!(
            "2026-11-30".parse::<Day>().map(Date::from),
            Ok(jiff::civil::date(2026, 11, 30))
        );
        for text in [
            "2026-11-30T23:30:00-05:00",
            "2026-11-30 23:30",
            "2026-11-30T00:00:00Z",
            "20261130",
            "2026-1-30",
            "+002026-11-30",
            "-009999-01-01",
            "2026-W48-1",
            "2026-334",
            " 2026-11-30",
            "2026-11-30\n",
            "2026-02-30",
            "2026-11-30[Europe/Berlin]",
            "２026-11-3",
            "",
        ] {
            let error = text.parse::<Day>().unwrap_err().to_string();
            assert!(error.starts_with("expected a day as YYYY-MM-DD"), "{text}: {error}");
        }
    }

    #[test]
    fn a_task_is_not_heavier_than_its_weight() {
        for text in ["plain", "\u{1}\u{85}\u{2028}", "\"\\\n\t", "ä😀"] {
            let draft =
                Draft::new(format!("t{text}"), Some(text.repeat(500)), Priority::Medium, None);
            let mut task = draft.unwrap().into_task(TaskId(i64::MAX), Timestamp::MAX);
            task.due_date = Some(Date::MAX);
            task.status = Status::InProgress;
            let json = serde_json::to_string(&task).unwrap();
            let within_json = serde_json::to_string(&json).unwrap();
            assert!(within_json.len() <= task.weight(), "{} {}", within_json.len(), task.weight());
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
