//! Doc comments → a description.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta};

use crate::func::is_doc;
use crate::runtime;

/// What doc comments say: lines joined by newlines, indented as rustdoc shows them.
#[derive(Default)]
pub(crate) struct Docs {
    pieces: Vec<Piece>,
}

#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    /// `#[doc = include_str!("…")]`, which only the compiler can read.
    Expr(Box<Expr>),
}

impl Docs {
    /// The docs among these attributes.
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let fragments: Vec<Piece> =
            attrs.iter().filter(|attr| is_doc(attr)).filter_map(piece).collect();
        Self { pieces: trim(join(dedent(fragments))) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

impl From<LitStr> for Docs {
    fn from(text: LitStr) -> Self {
        Self { pieces: trim(vec![Piece::Text(text.value())]) }
    }
}

/// One expression of type `&'static str`.
impl ToTokens for Docs {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let pieces: Vec<TokenStream> = self.pieces.iter().map(ToTokens::to_token_stream).collect();
        tokens.extend(match &pieces[..] {
            [] => quote!(""),
            [piece] => piece.clone(),
            pieces => runtime::concat(pieces),
        });
    }
}

impl ToTokens for Piece {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Text(text) => text.to_tokens(tokens),
            Self::Expr(expr) => expr.to_tokens(tokens),
        }
    }
}

fn piece(attr: &Attribute) -> Option<Piece> {
    let Meta::NameValue(meta) = &attr.meta else { return None };
    Some(match &meta.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Piece::Text(without_stars(&text.value())),
        expr => Piece::Expr(Box::new(expr.clone())),
    })
}

/// Takes the column of stars out of a block comment, as the compiler does for rustdoc.
fn without_stars(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let is_block = first.is_empty() || first.starts_with([' ', '\t']);
    let after_star = |line: &str| line.trim_start().strip_prefix('*').map(str::to_owned);
    let starred: Option<Vec<String>> = rest
        .lines()
        .map(|line| if line.trim().is_empty() { Some(String::new()) } else { after_star(line) })
        .collect();
    match starred {
        Some(lines) if is_block && !rest.trim().is_empty() => {
            format!("{first}\n{}", lines.join("\n"))
        }
        _ => text.to_owned(),
    }
}

/// Takes the indentation off that all lines have, so that code in docs keeps its own.
fn dedent(fragments: Vec<Piece>) -> Vec<Piece> {
    let is_blank = |line: &&str| line.trim().is_empty();
    let indent = fragments
        .iter()
        .filter_map(|fragment| match fragment {
            Piece::Text(text) => Some(text.lines()),
            Piece::Expr(_) => None,
        })
        .flatten()
        .filter(|line| !is_blank(line))
        .map(|line| line.chars().take_while(|c| matches!(c, ' ' | '\t')).count())
        .min()
        .unwrap_or(0);
    let shorten = |line: &str| line.get(indent..).unwrap_or_default().to_owned();
    fragments
        .into_iter()
        .map(|fragment| match fragment {
            Piece::Text(text) if text.is_empty() => Piece::Text(text),
            Piece::Text(text) => {
                Piece::Text(text.lines().map(shorten).collect::<Vec<_>>().join("\n"))
            }
            expr @ Piece::Expr(_) => expr,
        })
        .collect()
}

/// Puts a newline between fragments, and neighbouring texts into one.
fn join(fragments: Vec<Piece>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for fragment in fragments {
        if !pieces.is_empty() {
            push(&mut pieces, Piece::Text("\n".to_owned()));
        }
        push(&mut pieces, fragment);
    }
    pieces
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
        (_, piece) => pieces.push(piece),
    }
}

/// Takes blank lines off both ends.
fn trim(mut pieces: Vec<Piece>) -> Vec<Piece> {
    if let Some(Piece::Text(first)) = pieces.first_mut() {
        let blank = first.len() - first.trim_start().len();
        let lines = first[..blank].rfind('\n').map_or(0, |newline| newline + 1);
        first.drain(..lines);
    }
    if let Some(Piece::Text(last)) = pieces.last_mut() {
        last.truncate(last.trim_end().len());
    }
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn text(attrs: &[Attribute]) -> String {
        match &Docs::of(attrs).pieces[..] {
            [] => String::new(),
            [Piece::Text(text)] => text.clone(),
            pieces => panic!("more than text: {pieces:?}"),
        }
    }

    #[test]
    fn lines_keep_newlines_and_lose_the_common_indentation() {
        let attrs: Vec<Attribute> = parse_quote! {
            #[doc = " Create a task."]
            #[doc = ""]
            #[doc = " ```"]
            #[doc = "     indented code"]
            #[doc = " ```"]
        };
        assert_eq!(text(&attrs), "Create a task.\n\n```\n    indented code\n```");
    }

    #[test]
    fn block_comments_lose_their_stars() {
        let attrs: Vec<Attribute> =
            parse_quote!(#[doc = "\n     * One.\n     *\n     * Two.\n     "]);
        assert_eq!(text(&attrs), "One.\n\nTwo.");
    }

    #[test]
    fn bullets_of_a_doc_string_stay() {
        let attrs: Vec<Attribute> = parse_quote!(#[doc = "Kinds:\n* one\n* two"]);
        assert_eq!(text(&attrs), "Kinds:\n* one\n* two");
    }

    #[test]
    fn one_line_block_comment_is_trimmed() {
        let attrs: Vec<Attribute> = parse_quote!(#[doc = " The task ID. "]);
        assert_eq!(text(&attrs), "The task ID.");
    }

    #[test]
    fn expressions_stay_expressions() {
        let attrs: Vec<Attribute> = parse_quote! {
            #[doc = " Before."]
            #[doc = include_str!("more.md")]
        };
        let expected = r#":: core :: concat ! ("Before.\n" , include_str ! ("more.md"))"#;
        assert_eq!(Docs::of(&attrs).to_token_stream().to_string(), expected);
    }

    #[test]
    fn blank_docs_are_no_docs() {
        let attrs: Vec<Attribute> = parse_quote! { #[doc = ""] #[doc = "  "] #[doc(hidden)] };
        assert!(Docs::of(&attrs).is_empty());
    }
}
