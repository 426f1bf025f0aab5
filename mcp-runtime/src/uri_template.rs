//! URI templates: matching a URI and taking its variables out.
//!
//! Of RFC 6570 this is the part for which matching is defined: `{name}` is text without `/`, `?`
//! and `#`; `{+name}` is any text; `{?a,b}` at the end is a query, in any order and each part
//! optional. Matching never goes back: a variable ends where the literal behind it begins first.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// A URI, or a template for many.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct UriTemplate {
    text: String,
    parts: Vec<Part>,
    query: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Variable { name: String, reserved: bool },
}

impl UriTemplate {
    /// Reads a template. Braces that make no expression are taken as they stand: the macro refuses
    /// them when the server is compiled.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut query = Vec::new();
        let mut rest = text;
        while let Some((literal, expression, after)) = next_expression(rest) {
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            match expression.split_at_checked(1) {
                Some(("?", names)) => query.extend(names.split(',').map(str::to_owned)),
                Some(("+", name)) => {
                    parts.push(Part::Variable { name: name.to_owned(), reserved: true });
                }
                _ => parts.push(Part::Variable { name: expression.to_owned(), reserved: false }),
            }
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Self { text: text.to_owned(), parts, query }
    }

    /// Why the text cannot be the URI of a resource, which the macro says of a literal.
    pub(crate) fn mistake(&self) -> Option<String> {
        let has_scheme = self.text.split_once(':').is_some_and(|(scheme, _)| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        });
        if !has_scheme || self.text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Some(
                "a URI begins with a scheme, such as `file:`, and has no spaces".to_owned(),
            );
        }
        let is_name =
            |name: &&str| !name.is_empty() && name.chars().all(|c| c == '_' || c.is_alphanumeric());
        let names: Vec<&str> = self.names().map(|(name, _)| name).collect();
        let wrong = names.iter().find(|name| !is_name(name));
        if let Some(wrong) = wrong {
            return Some(format!(
                "`{wrong}` is not a variable: write `{{name}}`, `{{+name}}` or `{{?a,b}}`"
            ));
        }
        let again = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
        if let Some((_, name)) = again {
            return Some(format!("the variable `{name}` is there twice"));
        }
        let has_brace =
            |part: &Part| matches!(part, Part::Literal(text) if text.contains(['{', '}']));
        let are_adjacent =
            |pair: &[Part]| pair.iter().all(|it| matches!(it, Part::Variable { .. }));
        if self.parts.iter().any(has_brace) || !self.query_is_last() {
            return Some("a brace is missing, or a query is not at the end".to_owned());
        }
        let adjacent = self.parts.windows(2).any(are_adjacent);
        adjacent.then(|| "two variables need a text between them".to_owned())
    }

    /// Whether a query, if there is one, is all there is behind the path.
    fn query_is_last(&self) -> bool {
        let query = self.text.find("{?");
        query.is_none_or(|at| self.text[at..].find('}') == Some(self.text.len() - at - 1))
    }

    /// The names of the variables, each with whether it is always there.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        let in_path = self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Variable { name, .. } => Some((&**name, true)),
        });
        in_path.chain(self.query.iter().map(|name| (&**name, false)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it stands for many URIs.
    pub(crate) fn is_template(&self) -> bool {
        !self.query.is_empty()
            || self.parts.iter().any(|part| matches!(part, Part::Variable { .. }))
    }

    /// How many characters must be there as they stand: the more, the closer the match.
    pub(crate) fn literal_length(&self) -> usize {
        let literal = |part: &Part| match part {
            Part::Literal(text) => text.len(),
            Part::Variable { .. } => 0,
        };
        self.parts.iter().map(literal).sum()
    }

    /// The template with its variables' names left out: two that are equal match the same URIs.
    pub(crate) fn shape(&self) -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Variable { reserved: false, .. } => "{}".to_owned(),
            Part::Variable { reserved: true, .. } => "{+}".to_owned(),
        };
        let query = if self.query.is_empty() { "" } else { "{?}" };
        self.parts.iter().map(part).collect::<String>() + query
    }

    /// The first variable in front of the query.
    pub(crate) fn variable(&self) -> Option<&str> {
        self.parts.iter().find_map(|part| match part {
            Part::Literal(_) => None,
            Part::Variable { name, .. } => Some(&**name),
        })
    }

    /// The URI of one value, for a template with one variable; the query is left out.
    pub(crate) fn expand(&self, value: &str) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Literal(text) => Cow::Borrowed(&**text),
            Part::Variable { reserved, .. } => {
                let encoded = percent_encoded(value, *reserved);
                // Where a query may follow, the first `?` begins it.
                Cow::Owned(if self.query.is_empty() {
                    encoded
                } else {
                    encoded.replace('?', "%3F")
                })
            }
        });
        parts.collect()
    }

    /// The URI of one value, if that is the value it reads as.
    pub(crate) fn instance(&self, value: &str) -> Option<String> {
        let uri = self.expand(value);
        let reads = self.variables(&uri)?.iter().map(|(_, read)| read == value).eq([true]);
        reads.then_some(uri)
    }

    /// The variables of a URI that matches, each percent-decoded once.
    pub(crate) fn variables<'a>(
        &'a self,
        uri: &'a str,
    ) -> Option<Vec<(Cow<'a, str>, Cow<'a, str>)>> {
        let mut variables = Vec::new();
        let (mut rest, query) = match uri.split_once('?') {
            Some((path, query)) if !self.query.is_empty() => (path, query),
            _ => (uri, ""),
        };
        // A fragment names a part of what is read, and nothing here has parts.
        if query.contains('#') {
            return None;
        }
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            match part {
                Part::Literal(text) => rest = rest.strip_prefix(&**text)?,
                Part::Variable { name, reserved } => {
                    let end = match parts.peek() {
                        Some(Part::Literal(text)) => rest.find(&**text)?,
                        Some(Part::Variable { .. }) | None => rest.len(),
                    };
                    let (value, after) = rest.split_at(end);
                    if value.is_empty() || (!reserved && value.contains(['/', '?', '#'])) {
                        return None;
                    }
                    variables.push((Cow::Borrowed(&**name), percent_decoded(value)?));
                    rest = after;
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            variables.push((percent_decoded(name)?, percent_decoded(value)?));
        }
        Some(variables)
    }
}

/// The text before the next `{…}`, what is in it, and the text behind it.
fn next_expression(text: &str) -> Option<(&str, &str, &str)> {
    let (literal, rest) = text.split_once('{')?;
    let (expression, after) = rest.split_once('}')?;
    Some((literal, expression, after))
}

/// The text in a URI: as it stands are letters, digits and `-._~`, with `reserved` also what
/// divides a URI.
///
/// Spec: RFC 6570, 3.2.2 and 3.2.3.
fn percent_encoded(text: &str, reserved: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let stands = byte.is_ascii_alphanumeric()
            || b"-._~".contains(&byte)
            || (reserved && b":/?#[]@!$&'()*+,;=".contains(&byte));
        if stands {
            encoded.push(char::from(byte));
        } else {
            // Writing into a text cannot fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
    }
    encoded
}

/// `None` for a broken escape, or bytes that are no text.
pub(crate) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(text.into());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_at_checked(2)?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(digits[0])? * 16 + digit(digits[1])?;
        bytes.push(u8::try_from(value).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

impl fmt::Debug for UriTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(template: &'static str, uri: &str) -> Option<Vec<(String, String)>> {
        let template = UriTemplate::parse(template);
        let variables = template.variables(uri)?;
        Some(variables.into_iter().map(|(a, b)| (a.into_owned(), b.into_owned())).collect())
    }

    #[test]
    fn a_uri_matches_and_gives_its_variables() {
        for (template, uri, expected) in [
            ("tasks://all", "tasks://all", Some(vec![])),
            ("tasks://all", "tasks://all/", None),
            ("tasks://task/{id}", "tasks://task/a%20b", Some(vec![("id", "a b")])),
            ("tasks://task/{id}", "tasks://task/", None),
            ("tasks://task/{id}", "tasks://task/a/b", None),
            ("file:///{+path}", "file:///a/b%2Fc", Some(vec![("path", "a/b/c")])),
            ("x://{a}/to/{b}", "x://1/to/2", Some(vec![("a", "1"), ("b", "2")])),
            ("x://s{?q,n}", "x://s?n=1&q=%C3%A9", Some(vec![("n", "1"), ("q", "é")])),
            ("x://s{?q,n}", "x://s", Some(vec![])),
            ("x://{a}", "x://%zz", None),
            ("x://{a}", "x://%ff", None),
        ] {
            let expected = expected.map(|list: Vec<(&str, &str)>| {
                list.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<Vec<_>>()
            });
            assert_eq!(variables(template, uri), expected, "{template} {uri}");
        }
    }

    #[test]
    fn a_value_makes_the_uri_it_is_taken_from() {
        for (template, value, uri) in [
            ("x://n/{a}", "a b/ü?", "x://n/a%20b%2F%C3%BC%3F"),
            ("x://n/{+a}", "a b/c", "x://n/a%20b/c"),
            ("x://n/{a}/end{?q}", "1", "x://n/1/end"),
        ] {
            assert_eq!(UriTemplate::parse(template).expand(value), uri);
            assert_eq!(variables(template, uri), Some(vec![("a".to_owned(), value.to_owned())]));
        }
    }

    #[test]
    fn equal_shapes_match_the_same() {
        let shape = |text| UriTemplate::parse(text).shape();
        assert_eq!(shape("x://{a}/{+b}{?q}"), shape("x://{c}/{+d}{?r,s}"));
        assert_ne!(shape("x://{a}"), shape("x://{+a}"));
    }

    /// R16: a fragment is not part of a variable.
    #[test]
    fn a_fragment_matches_no_query_and_no_path_segment() {
        let query = UriTemplate::parse("zoo://find{?q}");
        for uri in ["zoo://find?q=a#frag", "zoo://find#frag", "zoo://find#?q=a", "zoo://find?#"] {
            assert_eq!(query.variables(uri), None, "{uri}");
        }
        assert_eq!(query.variables("zoo://find?q=a%23b").unwrap()[0].1, "a#b");
        assert_eq!(UriTemplate::parse("zoo://{id}").variables("zoo://a#b"), None);
    }

    /// The variables of a URI that an independent expander made are the values that it was made of.
    #[test]
    fn what_another_expander_makes_is_read_back() {
        use iri_string::spec::UriSpec;
        use iri_string::template::{UriTemplateStr, simple_context::SimpleContext};

        use crate::random::{Random, cases};

        const TEMPLATES: [(&str, &[&str], &[&str]); 8] = [
            ("x://{a}", &["a"], &[]),
            ("x://host/{a}/to/{b}", &["a", "b"], &[]),
            ("x://host/{a}-{b}", &["a", "b"], &[]),
            ("x://host/{+a}", &["a"], &[]),
            ("x://host/{+a}/end", &["a"], &[]),
            ("x://host{?a,b,c}", &[], &["a", "b", "c"]),
            ("x://host/{a}{?b}", &["a"], &["b"]),
            ("x://{a}.{b}/{c}{?d,e}", &["a", "b", "c"], &["d", "e"]),
        ];
        let mut random = Random::new(3);
        let mut read = 0;
        for _ in 0..cases() {
            let (text, path, query) = random.pick(&TEMPLATES);
            let mut context = SimpleContext::new();
            let mut expected = Vec::new();
            for &name in path.iter().chain(query) {
                if query.contains(&name) && random.one_in(3) {
                    continue;
                }
                let mut value: String = (0..random.below(6)).map(|_| random.character()).collect();
                // A reserved variable keeps an escape that stands in its value, and there the
                // expander panics at a character of several bytes.
                if text.contains("{+") {
                    value.retain(|character| character.is_ascii() && character != '%');
                }
                context.insert(name, value.clone());
                expected.push((name.to_owned(), value));
            }
            let template = UriTemplateStr::new(text).unwrap();
            let uri = template.expand::<UriSpec, _>(&context).unwrap().to_string();
            let ours = UriTemplate::parse(text);
            let of_path = |name: &str| path.contains(&name);
            let in_path = expected.iter().filter(|(name, _)| of_path(name));
            // A variable in the path is never empty, and ends where the text behind it begins.
            let is_plain = in_path.clone().all(|(_, value)| !value.is_empty())
                && !(text.contains("{a}-") && expected[0].1.contains('-'))
                && !(text.contains("{a}.") && expected[0].1.contains('.'))
                && !(text.contains("{+a}/end") && format!("{}/", expected[0].1).contains("/end"));
            let Some(variables) = ours.variables(&uri) else {
                assert!(!is_plain, "{text} does not match {uri}");
                continue;
            };
            if is_plain {
                let variables: Vec<_> = variables
                    .into_iter()
                    .map(|(name, value)| (name.into_owned(), value.into_owned()))
                    .collect();
                assert_eq!(variables, expected, "{text} {uri}");
                read += 1;
            }
        }
        assert!(read > cases() / 3, "{read}");
    }
}
