//! Text from elsewhere, as it may be shown: in a log line, an error, on a terminal.
//!
//! A line break in somebody's text makes a line of its own out of it, an escape sequence takes a
//! terminal over, and a bidirectional control changes the order in which a line is read. Such
//! characters are written as Rust writes them in a literal: `\n`, `\u{1b}`.

use std::borrow::Cow;
use std::fmt::Write;

/// The text on one line: every character that would not stay in it is escaped.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, is_unsafe)
}

/// The text with its line breaks and tabs, and without anything that a terminal obeys.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |character| is_unsafe(character) && !matches!(character, '\n' | '\t'))
}

/// The beginning of a text, of at most so many bytes.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    // In place of `str::floor_char_boundary`, which is younger than the oldest compiler supported.
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn escaped(text: &str, is_unsafe: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&is_unsafe) else { return text.into() };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for character in text[first..].chars() {
        if is_unsafe(character) {
            match character {
                '\n' | '\r' | '\t' => out.extend(character.escape_default()),
                // Writing into a string cannot fail.
                other => write!(out, "\\u{{{:x}}}", u32::from(other)).unwrap_or_default(),
            }
        } else {
            out.push(character);
        }
    }
    out.into()
}

/// Whether a character ends a line, is obeyed by a terminal, changes the order of what stands
/// around it, or cannot be seen at all.
///
/// Joiners (U+200C, U+200D) are letters of some scripts and stay.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_its_line_is_escaped() {
        for (text, shown) in [
            ("plain — é \u{1f600}", "plain — é \u{1f600}"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{85}\u{2028}\u{2029}", "\\u{85}\\u{2028}\\u{2029}"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{202e}txt.exe\u{2066}", "\\u{202e}txt.exe\\u{2066}"),
            ("\u{200b}", "\\u{200b}"),
            ("نامه\u{200c}ای", "نامه\u{200c}ای"),
        ] {
            assert_eq!(one_line(text), shown);
        }
        assert_eq!(lines("a\n\tb\u{1b}"), "a\n\tb\\u{1b}");
    }

    #[test]
    fn the_beginning_ends_between_characters() {
        for (most, beginning_of_it) in [(0, ""), (1, "a"), (2, "a"), (3, "aé"), (9, "aé")] {
            assert_eq!(beginning("aé", most), beginning_of_it);
        }
    }
}
