//! Numbers as they are written: what a text says exactly, before a float rounds it.

/// The largest number up to which every integer is exact as a float, in any reader of JSON.
const EXACT: u64 = 1 << 53;

/// The integer that a number says, as JSON: `5`, `+5`, and up to 2^53 also `5.0` and `1e2`.
///
/// A larger number with a fraction or an exponent has been through somebody's float, and may have
/// been another one before.
pub(super) fn integer(text: &str) -> Option<String> {
    if let Ok(integer) = text.parse::<i128>() {
        return Some(integer.to_string());
    }
    if let Ok(integer) = text.parse::<u128>() {
        return Some(integer.to_string());
    }
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if whole.is_empty() || mantissa.ends_with('.') || !digits().all(|it| it.is_ascii_digit()) {
        return None;
    }
    // Leading and trailing zeros say how large the number is, and nothing else.
    let first = digits().position(|it| it != b'0');
    let (Some(first), Some(last)) = (first, last_digit(whole, fraction)) else {
        return Some("0".to_owned());
    };
    let zeros = i64::try_from(whole.len()).ok()?.checked_sub(i64::try_from(last).ok()? + 1)?;
    let zeros = u32::try_from(zeros.checked_add(exponent)?).ok()?;
    let mut significant = digits().skip(first).take(last - first + 1);
    let significant = significant.try_fold(0_u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })?;
    let number = significant.checked_mul(10_u64.checked_pow(zeros)?)?;
    let sign = if is_negative { "-" } else { "" };
    (number <= EXACT).then(|| format!("{sign}{number}"))
}

/// The place of the last digit that is not zero.
fn last_digit(whole: &str, fraction: &str) -> Option<usize> {
    let place = |digits: &str| digits.bytes().rposition(|it| it != b'0');
    place(fraction).map(|at| whole.len() + at).or_else(|| place(whole))
}

/// The number that a text says, as JSON. Infinities are no numbers there.
pub(super) fn number(text: &str) -> Option<String> {
    let is_json = serde_json::from_str::<serde_json::Number>(text).is_ok();
    if is_json {
        return Some(text.to_owned());
    }
    let number = serde_json::Number::from_f64(text.parse().ok()?)?;
    Some(number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_told_by_their_digits() {
        for (text, says) in [
            ("5", Some("5")),
            ("+5", Some("5")),
            ("007", Some("7")),
            ("5.0", Some("5")),
            ("-5.000", Some("-5")),
            ("-0.0", Some("0")),
            ("0e999", Some("0")),
            ("1e2", Some("100")),
            ("1.5E+1", Some("15")),
            ("1200e-2", Some("12")),
            ("5.5", None),
            ("5.00000000000000000001", None),
            ("2251799813685248.1", None),
            ("9007199254740991.4", None),
            ("9007199254740991.9", None),
            ("9007199254740992.0", Some("9007199254740992")),
            ("9007199254740992.5", None),
            ("9007199254740993.0", None),
            ("9007199254740993", Some("9007199254740993")),
            (
                "340282366920938463463374607431768211455",
                Some("340282366920938463463374607431768211455"),
            ),
            ("340282366920938463463374607431768211456", None),
            ("1e999999999999999999999", None),
            ("1e-1", None),
            ("5.", None),
            (".5", None),
            ("", None),
            ("1e", None),
            ("0x5", None),
            ("\u{663}", None),
        ] {
            assert_eq!(integer(text).as_deref(), says, "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_digits_and_end() {
        for (text, says) in [
            ("0.1", Some("0.1")),
            ("1e5", Some("1e5")),
            (".5", Some("0.5")),
            ("+2", Some("2.0")),
            ("inf", None),
            ("NaN", None),
            ("1e400", None),
            ("5 apples", None),
        ] {
            assert_eq!(number(text).as_deref(), says, "{text}");
        }
    }
}
