//! URI templates, as far as a resource can have one: a part of RFC 6570.
//!
//! Spec: 2026-07-28, server/resources, Resource Templates.

/// What is known of a URI with variables.
#[derive(Debug, PartialEq)]
pub(super) struct Template {
    /// Names in the order they occur; none for a plain URI.
    pub(super) variables: Vec<String>,
}

/// Why a text is no template.
#[derive(Debug, PartialEq)]
pub(super) enum Unfit {
    NoScheme,
    Space,
    /// A brace without its other one.
    Brace,
    /// What stands between braces is none of the accepted forms.
    Expression(String),
    /// A variable that occurs more than once.
    Twice(String),
}

impl Template {
    pub(super) fn parse(uri: &str) -> Result<Self, Unfit> {
        if !has_scheme(uri) {
            return Err(Unfit::NoScheme);
        }
        if uri.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(Unfit::Space);
        }
        let mut variables = Vec::new();
        for expression in expressions(uri)? {
            for name in names(expression).ok_or_else(|| Unfit::Expression(expression.to_owned()))? {
                if variables.iter().any(|variable| variable == name) {
                    return Err(Unfit::Twice(name.to_owned()));
                }
                variables.push(name.to_owned());
            }
        }
        Ok(Self { variables })
    }
}

/// Spec: RFC 3986, 3.1.
fn has_scheme(uri: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(is_allowed)
    })
}

/// What stands between braces.
fn expressions(uri: &str) -> Result<Vec<&str>, Unfit> {
    let mut parts = uri.split('{');
    if parts.next().is_some_and(|literal| literal.contains('}')) {
        return Err(Unfit::Brace);
    }
    parts
        .map(|part| match part.split_once('}') {
            Some((expression, literal)) if !literal.contains('}') => Ok(expression),
            _ => Err(Unfit::Brace),
        })
        .collect()
}

/// The variables of `name`, `+name` or `?name,name`.
fn names(expression: &str) -> Option<Vec<&str>> {
    let is_allowed = |c: char| c.is_alphanumeric() || c == '_';
    let names = match expression.strip_prefix('?') {
        Some(names) => names.split(',').collect(),
        None => vec![expression.strip_prefix('+').unwrap_or(expression)],
    };
    names.iter().all(|name| !name.is_empty() && name.chars().all(is_allowed)).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(uri: &str) -> Vec<String> {
        Template::parse(uri).unwrap().variables
    }

    #[test]
    fn the_three_forms_are_variables() {
        assert_eq!(variables("tasks://all"), [""; 0]);
        assert_eq!(variables("tasks://task/{id}"), ["id"]);
        assert_eq!(variables("file:///{+path}"), ["path"]);
        assert_eq!(variables("tasks://{list}/find{?from,to}"), ["list", "from", "to"]);
    }

    #[test]
    fn other_texts_are_refused() {
        let expression = |text: &str| Unfit::Expression(text.to_owned());
        for (uri, unfit) in [
            ("tasks", Unfit::NoScheme),
            ("{scheme}://x", Unfit::NoScheme),
            ("tasks:", Unfit::NoScheme),
            ("tasks://a b", Unfit::Space),
            ("tasks://{a", Unfit::Brace),
            ("tasks://a}", Unfit::Brace),
            ("tasks://{a}b}", Unfit::Brace),
            ("tasks://{{a}}", Unfit::Brace),
            ("tasks://{}", expression("")),
            ("tasks://{#a}", expression("#a")),
            ("tasks://{a*}", expression("a*")),
            ("tasks://{a,b}", expression("a,b")),
            ("tasks://{a}/{a}", Unfit::Twice("a".to_owned())),
        ] {
            assert_eq!(Template::parse(uri), Err(unfit), "{uri}");
        }
    }
}
