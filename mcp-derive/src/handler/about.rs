//! What a handler says about itself beyond its name: `icon`, `meta`, a tool's `tags` and `timeout`,
//! a resource's `audience` and `priority`.

use syn::{Expr, ExprLit, Ident, Lit, LitFloat, LitStr};

use crate::attr::Keys;
use crate::errors::Errors;

/// What was said, in as far as it can be.
#[derive(Default)]
pub(crate) struct About {
    pub(crate) icons: Vec<LitStr>,
    pub(crate) tags: Vec<LitStr>,
    /// For whom it is.
    pub(crate) audience: Vec<Role>,
    /// How much it matters, from 0 to 1.
    pub(crate) priority: Option<Expr>,
    /// Members of `_meta`, by name.
    pub(crate) members: Vec<(LitStr, Expr)>,
    /// All of `_meta`.
    pub(crate) meta: Option<Expr>,
    /// In milliseconds.
    pub(crate) timeout: Option<u64>,
}

/// Who speaks, or is spoken to: a variant of the spec's `Role`, at its text.
pub(crate) type Role = Ident;

/// Reads the keys that tools, resources and prompts have.
pub(crate) fn about(keys: &mut Keys<'_>, errors: &Errors) -> About {
    let icons = keys.texts("icon");
    let (meta, members) = keys.members("meta");
    for icon in &icons {
        is_an_address(icon, errors);
    }
    for (name, _) in &members {
        is_not_reserved(name, errors);
    }
    About { icons, members, meta, ..About::default() }
}

/// Reads those that only tools have as well.
pub(crate) fn about_tool(keys: &mut Keys<'_>, errors: &Errors) -> About {
    let (tags, timeout) = (keys.texts("tags"), timeout(keys, errors));
    About { tags, timeout, ..about(keys, errors) }
}

/// Reads those that only resources have as well.
///
/// Spec: 2026-07-28, server/resources, Annotations.
pub(crate) fn about_resource(keys: &mut Keys<'_>, errors: &Errors) -> About {
    let audience = keys.texts("audience").iter().filter_map(|text| role(text, errors)).collect();
    let priority = keys.value("priority").and_then(|(_, value)| is_a_share(value, errors));
    About { audience, priority, ..about(keys, errors) }
}

fn role(text: &LitStr, errors: &Errors) -> Option<Role> {
    let role = match text.value().as_str() {
        "user" => "User",
        "assistant" => "Assistant",
        other => {
            let wrong = format!("`{other}` is no audience");
            errors.report(text, wrong, "write `\"user\"`, `\"assistant\"`, or both");
            return None;
        }
    };
    Some(Ident::new(role, text.span()))
}

/// A number from 0 to 1. What is no literal is left to the compiler.
fn is_a_share(value: Expr, errors: &Errors) -> Option<Expr> {
    let number = match &value {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. })
            if matches!(number.base10_digits(), "0" | "1") =>
        {
            let number = LitFloat::new(&format!("{number}.0"), number.span());
            return Some(Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Float(number) }));
        }
        Expr::Lit(_) | Expr::Unary(_) => None,
        _ => return Some(value),
    };
    let fits = number.is_some_and(|number: f64| (0.0..=1.0).contains(&number));
    if !fits {
        let wrong = "`priority` is a number from 0 to 1";
        errors.report(&value, wrong, "write `priority = 0.8`: 1.0 matters most");
    }
    fits.then_some(value)
}

/// Spec: 2026-07-28, basic/index, Icons.
fn is_an_address(icon: &LitStr, errors: &Errors) {
    let text = icon.value();
    if !["https://", "http://", "data:"].iter().any(|scheme| text.starts_with(scheme)) {
        let wrong = format!("`{text}` is no address of an icon");
        errors.report(icon, wrong, "write one with `https://`, or a `data:` URI with base64");
    }
}

/// Spec: 2026-07-28, basic/index, `_meta`.
fn is_not_reserved(name: &LitStr, errors: &Errors) {
    let text = name.value();
    let second = text.split_once('/').and_then(|(prefix, _)| prefix.split('.').nth(1));
    if let Some(label @ ("mcp" | "modelcontextprotocol")) = second {
        let wrong = format!("names with `{label}` as the second label are the protocol's");
        errors.report(name, wrong, "begin with a domain of your own, as in `com.example/name`");
    }
}

/// `timeout = "30s"`
fn timeout(keys: &mut Keys<'_>, errors: &Errors) -> Option<u64> {
    let text = keys.text("timeout")?;
    let time = milliseconds(&text.value()).filter(|time| *time > 0);
    if time.is_none() {
        let wrong = format!("`{}` is no time", text.value());
        errors.report(text, wrong, "write a number and `ms`, `s`, `m` or `h`, as in `30s`");
    }
    time
}

/// The time in a text such as `30s`.
fn milliseconds(text: &str) -> Option<u64> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = text[..text.len() - unit.len()].parse().ok()?;
    let factor = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(factor)
}
