//! The formats of texts that are checked: those of draft 2020-12 for which a value is right or
//! wrong by itself.
//!
//! Spec: JSON Schema 2020-12, validation, 7.3; `#[arg(format = …)]` accepts these names.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a format that has a meaning in every schema would not be checked. One that nobody has
/// standardised is its type's own.
pub(super) fn unchecked(format: &str) -> Option<&'static str> {
    match format {
        "uri-template" => Some("would be published and not checked; write `pattern` instead"),
        "regex" if !cfg!(feature = "pattern") => {
            Some("would not be checked: switch on the feature `pattern` of mcp-runtime")
        }
        _ => None,
    }
}

/// Whether a text has a format; of one that is not known here only its own type can tell.
pub(super) fn fits(format: &str, text: &str) -> bool {
    match format {
        "date" => is_date(text),
        "time" => is_time(text),
        "partial-time" => is_clock(text),
        "partial-date-time" => {
            let parts = text.split_once(['T', 't']);
            parts.is_some_and(|(date, time)| is_date(date) && is_clock(time))
        }
        "date-time" => {
            let parts = text.split_once(['T', 't']);
            parts.is_some_and(|(date, time)| is_date(date) && is_time(time))
        }
        "duration" => is_duration(text),
        "email" | "idn-email" => {
            text.rsplit_once('@').is_some_and(|(local, host)| is_local(local) && is_host(host))
        }
        "hostname" => is_host(text),
        "idn-hostname" => is_host_of(text, char::is_alphanumeric),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "uri" => is_uri(text, false),
        "iri" => is_uri(text, true),
        "uri-reference" => is_uri_reference(text, false),
        "iri-reference" => is_uri_reference(text, true),
        "uuid" => is_uuid(text),
        "json-pointer" => is_json_pointer(text),
        "relative-json-pointer" => is_relative_json_pointer(text),
        "regex" => super::readable_pattern(text).is_ok(),
        _ => true,
    }
}

/// The format in words, for somebody whose text has not got it.
pub(super) fn words(format: &str) -> String {
    match format {
        "date" => "a date as YYYY-MM-DD",
        "time" => "a time of day as 12:00:00Z",
        "date-time" => "a time as 2026-01-31T12:00:00Z",
        "partial-time" => "a time of day as 12:00:00",
        "partial-date-time" => "a time as 2026-01-31T12:00:00",
        "duration" => "a duration as P1DT12H",
        "email" | "idn-email" => "an e-mail address",
        "hostname" | "idn-hostname" => "the name of a host",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "uri" | "iri" => "a URI with its scheme, as in https://example.com",
        "uri-reference" | "iri-reference" => "a URI or a relative reference",
        "uuid" => "a UUID",
        "json-pointer" => "a JSON pointer as /a/0",
        "relative-json-pointer" => "a relative JSON pointer as 1/a",
        "regex" => "a regular expression",
        format => return format!("a string in the format `{format}`"),
    }
    .to_owned()
}

/// Spec: RFC 3339, 5.6, `full-date`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Spec: RFC 3339, 5.6, `full-time`.
fn is_time(text: &str) -> bool {
    let Some(end) = text.find(['Z', 'z', '+', '-']) else { return false };
    let (clock, offset) = text.split_at(end);
    let has_offset = matches!(offset, "Z" | "z")
        || offset
            .strip_prefix(['+', '-'])
            .and_then(|offset| offset.split_once(':'))
            .is_some_and(|(hours, minutes)| is_within(hours, 23) && is_within(minutes, 59));
    is_clock(clock) && has_offset
}

/// Spec: RFC 3339, 5.6, `partial-time`; a second of 60 is a leap second. The types of dates and
/// times that have no zone publish it as a format.
fn is_clock(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let clock: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = clock[..] else { return false };
    is_within(hour, 23) && is_within(minute, 59) && is_within(second, 60) && is_number(fraction)
}

fn is_within(part: &str, most: u32) -> bool {
    digits(part, 2).is_some_and(|value| value <= most)
}

/// The number in so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && is_number(text)).then(|| text.parse().ok()).flatten()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands in front of the `@`; quotes, which nobody writes, are refused.
///
/// Spec: RFC 5321, 4.1.2, `Dot-string`, with letters of any script.
fn is_local(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    text.len() <= 64 && text.split('.').all(|part| !part.is_empty() && part.chars().all(fits))
}

/// Durations are read more widely than the format says, because `jiff` publishes it for types that
/// write more: a sign, weeks beside other units, and a fraction of the smallest unit of time.
///
/// Spec: RFC 3339, appendix A; ISO 8601-2, 4.4.
fn is_duration(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some(text) = text.strip_prefix('P').filter(|text| !text.is_empty()) else { return false };
    let (days, time) = match text.split_once('T') {
        Some((days, time)) => (days, Some(time)),
        None => (text, None),
    };
    has_units(days, "YMWD") && time.is_none_or(|time| !time.is_empty() && has_units(time, "HMS"))
}

/// Whether a text is a list of numbers, each with its unit, in the order of the units. Only the
/// last number may have a fraction, and only in a time.
fn has_units(text: &str, units: &str) -> bool {
    let mut units = units.chars();
    let mut text = text;
    while let Some(end) = text.find(|c: char| c.is_ascii_uppercase()) {
        let (number, rest) = text.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let may_have_fraction = rest.len() == 1 && units.as_str().ends_with('S');
        let is_sound = is_number(whole)
            && is_number(fraction)
            && (may_have_fraction || !number.contains('.'))
            && units.any(|unit| rest.starts_with(unit));
        if !is_sound {
            return false;
        }
        text = &rest[1..];
    }
    text.is_empty()
}

/// Spec: RFC 6901, 3.
fn is_json_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/'))
        && text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

/// Spec: draft-bhutton-relative-json-pointer-00, 3.
fn is_relative_json_pointer(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (levels, rest) = text.split_at(end);
    is_number(levels)
        && (levels == "0" || !levels.starts_with('0'))
        && (rest == "#" || is_json_pointer(rest))
}

/// Spec: RFC 1123, 2.1.
fn is_host(text: &str) -> bool {
    is_host_of(text, |c| c.is_ascii_alphanumeric())
}

fn is_host_of(text: &str, is_letter: impl Fn(char) -> bool) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| is_letter(c) || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// A scheme, and behind it what a URI may be written with.
///
/// Spec: RFC 3986, 2 and 3.1; RFC 3987 for letters of any script.
fn is_uri(text: &str, is_iri: bool) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && is_written_as_uri(rest, is_iri)
}

/// A URI, or a reference whose first segment cannot be taken for a scheme.
///
/// Spec: RFC 3986, 4.1.
fn is_uri_reference(text: &str, is_iri: bool) -> bool {
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    is_uri(text, is_iri) || !first.contains(':') && is_written_as_uri(text, is_iri)
}

fn is_written_as_uri(text: &str, is_iri: bool) -> bool {
    let fits = |c: char| {
        c.is_ascii_alphanumeric()
            || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
            || is_iri && !c.is_ascii() && !c.is_control() && !c.is_whitespace()
    };
    let is_escape = |escape: &str| {
        escape.as_bytes().get(..2).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    text.chars().all(fits) && text.split('%').skip(1).all(is_escape)
}

/// Spec: RFC 9562, 4.
fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_right_from_wrong() {
        for (format, right, wrong) in [
            ("date", &["2024-02-29", "2026-11-30"][..], &["2026-02-29", "2026-1-1", "x"][..]),
            (
                "time",
                &["12:00:00Z", "23:59:60.25+01:00"],
                &["12:00:00", "24:00:00Z", "12:00:00+1", "12:00:00Z12:00"],
            ),
            (
                "date-time",
                &["2026-01-31T12:00:00Z"],
                &["2026-01-31", "2026-01-32T12:00:00Z", "2026-01-31 12:00:00Z"],
            ),
            (
                "partial-time",
                &["12:00:00", "23:59:60.25"],
                &["12:00", "12", "12:00:00Z", "120000", "T12:00:00", "12:00:00."],
            ),
            (
                "partial-date-time",
                &["2026-01-31T12:00:00", "2026-01-31t12:00:00.5"],
                &[
                    "2026-01-31",
                    "2026-01-31T12:00",
                    "2026-01-31 12:00:00",
                    "-000001-01-31T12:00:00",
                ],
            ),
            ("email", &["a.b+c@example.com", "ü@localhost"], &["a@", "@b", "a b@c", "a..b@c"]),
            ("hostname", &["example.com", "a-1"], &["-a", "a..b", "a_b", ""]),
            ("ipv4", &["127.0.0.1"], &["256.0.0.1", "::1"]),
            ("ipv6", &["::1"], &["127.0.0.1", ":::"]),
            ("uri", &["https://example.com/a?b#c", "urn:x:%20"], &["example.com", "x:%2", "a: b"]),
            (
                "uuid",
                &["123e4567-e89b-12d3-a456-426614174000"],
                &["123e4567", "g23e4567-e89b-12d3-a456-426614174000"],
            ),
            (
                "duration",
                &[
                    "P1Y2M3D",
                    "PT12H",
                    "P1DT1H30M5S",
                    "P2W",
                    "P1W2D",
                    "P1Y3D",
                    "PT1.5S",
                    "-PT1S",
                    "PT1H0.5S",
                    "P1Y2M3W4DT5H6M7.000000008S",
                ],
                &[
                    "P", "PT", "1D", "P1DT", "PD", "P1", "P1.5D", "PT1.5H1S", "PT1.S", "P2D1Y",
                    "P1D1D", "1 day", "P1H", "PT1D", "P1DT1Hx", "PT1h",
                ],
            ),
            ("uri-reference", &["/a?b#c", "", "https://x", "a/b:c"], &["a b", "1:x", "%2"]),
            ("iri", &["https://größe.example/ü"], &["größe", "x: y"]),
            ("idn-hostname", &["größe.example"], &["a b", "-a"]),
            ("json-pointer", &["", "/a~1b/0"], &["a", "/~2", "/~"]),
            ("relative-json-pointer", &["0#", "1/a", "10"], &["/a", "01", "1a", ""]),
            ("unknown", &["anything"], &[]),
        ] {
            for text in right {
                assert!(fits(format, text), "{format} {text}");
            }
            for text in wrong {
                assert!(!fits(format, text), "{format} {text}");
            }
        }
    }
}
