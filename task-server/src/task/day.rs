//! Days as they come from outside.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use mcp_runtime::data;
use thiserror::Error;

use super::shown::shortened;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
