//! Rules for values that are literals: what the start of a server would refuse is a compile error.
//! Other expressions are left to the start.

use std::cmp::Ordering;

use quote::ToTokens;
use syn::{Expr, ExprLit, ExprRange, ExprUnary, Lit, RangeLimits, UnOp};

use crate::attr::source;
use crate::errors::Errors;
use crate::handler::{Default, Note};

/// Holds a default and an example against the range and the length beside them.
pub(crate) fn fit(
    default: Option<&Default>,
    example: Option<&Expr>,
    notes: &[Note],
    errors: &Errors,
) {
    let default = default.and_then(|default| match default {
        Default::Value(value) => Some(value),
        Default::OfType(_) => None,
    });
    for Note { key, value } in notes.iter().filter(|Note { key, .. }| is_range(key)) {
        let Expr::Range(range) = value else { continue };
        let Some(ends) = Ends::of(range) else { continue };
        if !ends.is_range(range, errors) {
            continue;
        }
        for (what, shown) in [("default", default), ("example", example)] {
            let Some(shown) = shown else { continue };
            let measure = if key == "length" { length(shown) } else { number(shown) };
            if measure.is_some_and(|measure| !ends.contain(measure)) {
                let wrong = format!("this {what} is outside of `{key} = {}`", source(range));
                let write = format!("choose a value that fits, or another `{key}`");
                errors.report(shown, wrong, write);
            }
        }
    }
}

fn is_range(key: &syn::Ident) -> bool {
    key == "range" || key == "length"
}

/// The ends of a range that are written.
struct Ends {
    least: Option<f64>,
    most: Option<f64>,
    /// Whether the upper end is part of the range.
    closed: bool,
}

impl Ends {
    /// `None` if an end is not a literal.
    fn of(range: &ExprRange) -> Option<Self> {
        let end = |end: Option<&Expr>| match end {
            Some(end) => number(end).map(Some),
            None => Some(None),
        };
        let (least, most) = (end(range.start.as_deref())?, end(range.end.as_deref())?);
        Some(Self { least, most, closed: matches!(range.limits, RangeLimits::Closed(_)) })
    }

    /// Whether there are values in the range, and others outside of it.
    fn is_range(&self, range: &ExprRange, errors: &Errors) -> bool {
        let (wrong, write) = match (self.least, self.most) {
            (None, None) => ("this range has no ends", "write one end, or both, as in `1..=20`"),
            (Some(least), Some(most)) if self.is_empty(least, most) => {
                ("no value is in this range", "write the smaller end first, as in `1..=20`")
            }
            _ => return true,
        };
        errors.report(range, wrong, write);
        false
    }

    fn is_empty(&self, least: f64, most: f64) -> bool {
        match least.total_cmp(&most) {
            Ordering::Less => false,
            Ordering::Equal => !self.closed,
            Ordering::Greater => true,
        }
    }

    fn contain(&self, value: f64) -> bool {
        let below = |most| if self.closed { value <= most } else { value < most };
        self.least.is_none_or(|least| least <= value) && self.most.is_none_or(below)
    }
}

/// A number that is written as one. A double is exact enough to compare what people write.
fn number(value: &Expr) -> Option<f64> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_digits().parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|it| -it),
        _ => None,
    }
}

/// How many characters a string literal has.
fn length(value: &Expr) -> Option<f64> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            u32::try_from(text.value().chars().count()).ok().map(f64::from)
        }
        _ => None,
    }
}

/// An array in place of the list that an argument is; its elements would be of another type too.
pub(crate) fn list(default: Option<&Default>, is_vec: bool, errors: &Errors) {
    if let Some(Default::Value(array @ Expr::Array(list))) = default
        && is_vec
    {
        let elements = list.elems.iter().map(|element| match element {
            Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => {
                format!("{}.to_owned()", element.to_token_stream())
            }
            element => source(element),
        });
        let elements = elements.collect::<Vec<_>>().join(", ");
        let write = format!("write `vec![{elements}]`");
        errors.report(array, "this default is an array, and the argument a `Vec`", write);
    }
}
