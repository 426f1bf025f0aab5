//! A range of days, as people name it.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use mcp_runtime::data;
use thiserror::Error;

use crate::task::Day;

/// A range of days: `today`, `this_week` (Monday to Sunday), `last_7_days` (today and the six days
/// before), or the first and the last day, `2026-11-01..2026-11-30`.
#[data]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(try_from = "String", into = "String")]
pub enum DateRange {
    /// The day it is.
    Today,
    /// The week the day is in, from Monday to Sunday.
    ThisWeek,
    /// The day and the six before it.
    Last7Days,
    /// From a first to a last day; the last is not before the first.
    Between {
        /// The first day.
        first: Date,
        /// The last day, which is in the range.
        last: Date,
    },
}

/// A text that is no [`DateRange`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "expected today, this_week, last_7_days or two days such as 2026-11-01..2026-11-30, the \
     earlier one first; got {0:?}"
)]
pub struct DateRangeError(String);

impl DateRange {
    /// The days it means when it is `today`.
    pub fn days(self, today: Date) -> RangeInclusive<Date> {
        match self {
            Self::Today => today..=today,
            Self::ThisWeek => {
                let monday =
                    today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
                monday..=monday.saturating_add(6.days())
            }
            Self::Last7Days => today.saturating_sub(6.days())..=today,
            Self::Between { first, last } => first..=last,
        }
    }
}

impl FromStr for DateRange {
    type Err = DateRangeError;

    fn from_str(text: &str) -> Result<Self, DateRangeError> {
        let wrong = || DateRangeError(text.chars().take(40).collect());
        match text.trim() {
            "today" => Ok(Self::Today),
            "this_week" => Ok(Self::ThisWeek),
            "last_7_days" => Ok(Self::Last7Days),
            days => {
                let (first, last) = days.split_once("..").ok_or_else(wrong)?;
                let day = |text: &str| match text.trim().parse::<Day>() {
                    Ok(day) => Ok(Date::from(day)),
                    Err(_) => Err(wrong()),
                };
                let (first, last) = (day(first)?, day(last)?);
                if first <= last { Ok(Self::Between { first, last }) } else { Err(wrong()) }
            }
        }
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => f.write_str("today"),
            Self::ThisWeek => f.write_str("this_week"),
            Self::Last7Days => f.write_str("last_7_days"),
            Self::Between { first, last } => write!(f, "{first}..{last}"),
        }
    }
}

impl TryFrom<String> for DateRange {
    type Error = DateRangeError;

    fn try_from(text: String) -> Result<Self, DateRangeError> {
        text.parse()
    }
}

impl From<DateRange> for String {
    fn from(range: DateRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_range_is_read_and_gives_its_days() {
        let sunday = date(2026, 11, 22);
        for (text, first, last) in [
            ("today", sunday, sunday),
            ("this_week", date(2026, 11, 16), sunday),
            ("last_7_days", date(2026, 11, 16), sunday),
            ("2026-11-01..2026-11-30", date(2026, 11, 1), date(2026, 11, 30)),
        ] {
            let range: DateRange = text.parse().unwrap();
            assert_eq!(range.days(sunday), first..=last, "{text}");
            assert_eq!(range.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_the_forms() {
        for text in [
            "",
            "tomorrow",
            "2026-11-30..2026-11-01",
            "2026-11-01",
            "2026-02-30..2026-03-01",
            "2026-11-01T10:00..2026-11-30",
            "2026-11-01..2026-11-30 23:30",
            "20261101..20261130",
            "-009999-01-01..2026-11-30",
            "today\n[x]",
        ] {
            let error = text.parse::<DateRange>().unwrap_err().to_string();
            assert!(error.starts_with("expected today, this_week"), "{text}: {error}");
        }
    }
}
