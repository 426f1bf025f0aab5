//! URI templates, as far as a resource can have one: a part of RFC 6570.
//!
//! Spec: 2026-07-28, server/resources, Resource Templates.

/// A URI whose variables can be told apart.
#[derive(Debug, PartialEq)]
pub(super) struct Template {
    /// Names in the order they occur; none for a plain URI.
    pub(super) variables: Vec<String>,
    /// How many of them stand in front of the query.
    pub(super) in_path: usize,
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
    /// Two variables with nothing between them to tell where the first one ends.
    Adjacent(String, String),
    /// A query that is not the end, or not the only one.
    Query,
}

impl Template {
    pub(super) fn parse(uri: &str) -> Result<Self, Unfit> {
        if !has_scheme(uri) {
            return Err(Unfit::NoScheme);
        }
        if uri.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(Unfit::Space);
        }
        let (start, parts) = parts(uri)?;
        let variables = variables(&parts)?;
        let in_path = parts.iter().filter(|part| !part.is_query()).count();
        has_borders(&parts)?;
        has_query_at_the_end(start, &parts)?;
        Ok(Self { variables, in_path })
    }
}

/// A variable expression, which stands in braces, and the text behind it.
struct Part<'a> {
    expression: &'a str,
    behind: &'a str,
}

impl Part<'_> {
    fn is_query(&self) -> bool {
        self.expression.starts_with('?')
    }
}

/// The text in front of the first variable expression, and the rest in parts.
fn parts(uri: &str) -> Result<(&str, Vec<Part<'_>>), Unfit> {
    let mut pieces = uri.split('{');
    let start = pieces.next().filter(|text| !text.contains('}')).ok_or(Unfit::Brace)?;
    Ok((start, pieces.map(part).collect::<Result<_, _>>()?))
}

fn part(piece: &str) -> Result<Part<'_>, Unfit> {
    match piece.split_once('}') {
        Some((expression, behind)) if !behind.contains('}') => Ok(Part { expression, behind }),
        _ => Err(Unfit::Brace),
    }
}

/// All names, each once.
fn variables(parts: &[Part<'_>]) -> Result<Vec<String>, Unfit> {
    let mut variables = Vec::new();
    for Part { expression, .. } in parts {
        for name in names(expression).ok_or_else(|| Unfit::Expression((*expression).to_owned()))? {
            if variables.iter().any(|variable| variable == name) {
                return Err(Unfit::Twice(name.to_owned()));
            }
            variables.push(name.to_owned());
        }
    }
    Ok(variables)
}

/// The variables of `name`, `+name` or `?name,name`.
fn names(expression: &str) -> Option<Vec<&str>> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = match expression.strip_prefix('?') {
        Some(names) => names.split(',').collect(),
        None => vec![expression.strip_prefix('+').unwrap_or(expression)],
    };
    names.iter().all(|name| !name.is_empty() && name.chars().all(is_allowed)).then_some(names)
}

/// A variable ends where the text behind it begins.
fn has_borders(parts: &[Part<'_>]) -> Result<(), Unfit> {
    for pair in parts.windows(2) {
        if let [one, next] = pair
            && one.behind.is_empty()
            && !one.is_query()
            && !next.is_query()
        {
            return Err(Unfit::Adjacent(one.expression.to_owned(), next.expression.to_owned()));
        }
    }
    Ok(())
}

/// Everything behind the first `?` of a URI is its query.
fn has_query_at_the_end(start: &str, parts: &[Part<'_>]) -> Result<(), Unfit> {
    let Some(at) = parts.iter().position(Part::is_query) else { return Ok(()) };
    let is_last = at + 1 == parts.len() && parts[at].behind.is_empty();
    let is_only = !start.contains('?') && !parts.iter().any(|part| part.behind.contains('?'));
    if is_last && is_only { Ok(()) } else { Err(Unfit::Query) }
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
        assert_eq!(variables("tasks://{list}{?from,to}"), ["list", "from", "to"]);
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
            ("tasks://{größe}", expression("größe")),
            ("tasks://{a}/{a}", Unfit::Twice("a".to_owned())),
            ("tasks://{a}{b}", Unfit::Adjacent("a".to_owned(), "b".to_owned())),
            ("tasks://{?a}/all", Unfit::Query),
            ("tasks://all{?a}{?b}", Unfit::Query),
            ("tasks://all?b=1{?a}", Unfit::Query),
        ] {
            assert_eq!(Template::parse(uri), Err(unfit), "{uri}");
        }
    }
}
