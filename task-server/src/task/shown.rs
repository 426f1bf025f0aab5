//! Texts of tasks within other texts: a title stays in its line, whatever is in it.
//!
//! A line break in a title would make a line of its own out of it, and a bidirectional control
//! would change the order in which a line is read. Such characters are written as Rust writes them
//! in a literal. The data has the true text.

use std::borrow::Cow;
use std::fmt::Write;

/// The text on one line: every character that would not stay in it is escaped.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return text.into();
    }
    let mut line = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => line.extend(character.escape_default()),
            other if is_unsafe(other) => {
                write!(line, "\\u{{{:x}}}", u32::from(other)).expect("a string takes every write");
            }
            other => line.push(other),
        }
    }
    line.into()
}

/// The first characters of the text, on one line: enough to recognise it, whatever it is.
pub(crate) fn shortened(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", one_line(&text[..end])),
        None => one_line(text).into_owned(),
    }
}

/// Whether a character ends a line, is obeyed by a terminal, changes the order of what is around
/// it, or hides in a text. Joiners (U+200C, U+200D) are letters of some scripts and stay.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether nothing is seen of the character when it stands alone.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || is_unsafe(character)
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_its_line_is_escaped() {
        for (text, shown) in [
            ("plain — é 👩\u{200d}👩", "plain — é 👩\u{200d}👩"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{85}\u{2028}\u{2029}\u{b}\u{c}", "\\u{85}\\u{2028}\\u{2029}\\u{b}\\u{c}"),
            ("\u{1b}[31m", "\\u{1b}[31m"),
            ("\u{202e}txt\u{2066}", "\\u{202e}txt\\u{2066}"),
        ] {
            assert_eq!(one_line(text), shown);
        }
        assert_eq!(shortened("a\nbcd", 3), "a\\nb…");
    }
}
