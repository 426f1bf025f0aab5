//! Values compared as JSON Schema compares them: numbers by what they are worth, not by how they
//! are written.
//!
//! Spec: JSON Schema 2020-12, core, 4.2.2 and 6.3; validation, 6.1.1 and 6.2.

use std::cmp::Ordering;

use serde_json::Number;

/// Whether a number has no fraction: 1.0 is an integer.
pub(super) fn is_integer(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// How two numbers compare. Integers are compared as such, because a float does not hold large
/// ones.
pub(crate) fn order(number: &Number, other: &Number) -> Option<Ordering> {
    match (integer(number), integer(other)) {
        (Some(number), Some(other)) => Some(number.cmp(&other)),
        (Some(number), None) => order_to_float(number, other.as_f64()?),
        (None, Some(other)) => order_to_float(other, number.as_f64()?).map(Ordering::reverse),
        (None, None) => number.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn integer(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn order_to_float(integer: i128, float: f64) -> Option<Ordering> {
    // Every integer of a message is nearer to zero.
    const BEYOND: f64 = 1e30;
    if float.abs() >= BEYOND {
        return 0.0.partial_cmp(&float);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the bound is checked above")]
    let whole = float.floor() as i128;
    let has_fraction = float.fract() != 0.0;
    Some(integer.cmp(&whole).then(if has_fraction { Ordering::Less } else { Ordering::Equal }))
}

/// Whether a number is a multiple of another one, as their decimals are written: 0.3 is one of 0.1.
pub(super) fn is_multiple(number: &Number, step: &Number) -> bool {
    if let (Some(number), Some(step @ 1..)) = (integer(number), integer(step)) {
        return number % step == 0;
    }
    if let Some(is_multiple) = divides(number, step) {
        return is_multiple;
    }
    let (Some(number), Some(step)) = (number.as_f64(), step.as_f64()) else { return false };
    // The remainder of two floats is exact, unlike their quotient.
    number % step == 0.0
}

/// The same by the digits; `None` if there are too many of them.
fn divides(number: &Number, step: &Number) -> Option<bool> {
    let (number, number_exponent) = decimal(number)?;
    let (step, step_exponent) = decimal(step)?;
    let least = number_exponent.min(step_exponent);
    let scaled = |digits: i128, exponent: i32| {
        digits.checked_mul(10_i128.checked_pow(u32::try_from(exponent - least).ok()?)?)
    };
    let step = scaled(step, step_exponent).filter(|step| *step != 0)?;
    Some(scaled(number, number_exponent)? % step == 0)
}

/// The digits of a number as an integer, and the power of ten they are multiplied with.
fn decimal(number: &Number) -> Option<(i128, i32)> {
    let text = number.to_string();
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent = exponent.parse::<i32>().ok()?;
    let places = i32::try_from(fraction.len()).ok()?;
    Some((format!("{whole}{fraction}").parse().ok()?, exponent.checked_sub(places)?))
}

/// Whether two numbers are the same, whatever they are written as.
pub(super) fn are_equal(number: &Number, other: &Number) -> bool {
    order(number, other) == Some(Ordering::Equal)
}

/// The integer that a number is, if an `i128` holds it: the same for all that are equal to it.
pub(super) fn whole(number: &Number) -> Option<i128> {
    const BEYOND: f64 = 1e30;
    integer(number).or_else(|| {
        let float = number.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < BEYOND)?;
        #[expect(clippy::cast_possible_truncation, reason = "the bound is checked")]
        Some(float as i128)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(json: &str) -> Number {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_compare_by_their_value() {
        for (less, more) in [
            ("1", "1.5"),
            ("-1.5", "-1"),
            ("9007199254740992.0", "9007199254740993"),
            ("18446744073709551615", "1e30"),
            ("-1e300", "0"),
        ] {
            assert_eq!(order(&number(less), &number(more)), Some(Ordering::Less), "{less} {more}");
            assert_eq!(order(&number(more), &number(less)), Some(Ordering::Greater));
        }
        assert_eq!(order(&number("1"), &number("1.0")), Some(Ordering::Equal));
        assert_eq!(whole(&number("1e19")), whole(&number("10000000000000000000")));
        assert_eq!((whole(&number("1.5")), whole(&number("-0.0"))), (None, Some(0)));
    }

    #[test]
    fn multiples_are_told_by_their_decimals() {
        for (number_, step, is) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("9007199254740993", "2", false),
            ("4", "2.0", true),
            ("1e300", "7", false),
            ("5e-324", "1", false),
            ("0", "0.5", true),
        ] {
            assert_eq!(is_multiple(&number(number_), &number(step)), is, "{number_} {step}");
        }
    }
}
