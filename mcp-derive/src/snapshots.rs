//! Golden expansions: a file in `snapshots/` begins with what an author writes, as a comment, and
//! goes on with what comes out.
//!
//! A shape is added by a file with the comment alone and `SNAPSHOTS=overwrite`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Macro, Meta};

type Attributed = fn(TokenStream, &TokenStream) -> TokenStream;

/// The attributes of this crate.
const ATTRIBUTES: [(&str, Attributed); 8] = [
    ("tool", crate::tool::run),
    ("resource", crate::resource::run),
    ("prompt", crate::prompt::run),
    ("completion", crate::completion::run),
    ("methods", |attr, item| crate::methods::run(&attr, item)),
    ("data", crate::data::run),
    ("form", crate::form::run),
    ("derive", |attr, item| {
        // Behind `State` stands the key that a test added; a derive has an attribute for its keys.
        let keys: TokenStream = attr.into_iter().skip(2).collect();
        crate::state::run(&quote!(#[state(#keys)] #item))
    }),
];

/// The files as they were before one of the tests overwrites them.
static FILES: LazyLock<Vec<(PathBuf, String)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
});

#[test]
fn expansions_are_as_recorded() {
    let overwrite = std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite");
    let mut changed = Vec::new();
    for (path, recorded) in &*FILES {
        let written = head(recorded);
        let commented: Vec<_> =
            written.lines().map(|line| format!("// {line}").trim_end().to_owned()).collect();
        let now = format!("{}\n\n{}", commented.join("\n"), formatted(&expansion(&written)));
        if overwrite {
            fs::write(path, now).unwrap();
        } else if now != *recorded {
            changed.push(format!("{}:\n{now}", path.display()));
        }
    }
    assert!(changed.is_empty(), "rewrite with SNAPSHOTS=overwrite\n\n{}", changed.join("\n\n"));
}

#[test]
fn expansions_name_only_the_runtime_they_are_given() {
    for (path, recorded) in &*FILES {
        let written = head(recorded);
        let expansion = expansion_at(&written, &quote!(crate = renamed)).to_string();
        assert!(!expansion.contains("mcp_runtime"), "{}: {expansion}", path.display());
    }
}

/// Editors find names by their places: what an author wrote comes out at the place it was written.
#[test]
fn tokens_of_a_function_keep_their_places() {
    let functions = [
        r"async fn add(store: &Store, title: Option<Vec<Title>>, ctx: &Context) -> Result<Task> {
            store.add(title, ctx.progress(3)).await
        }",
        "pub(crate) fn add(store: &dyn Store, title: [String; 2]) -> String { title. }",
        // Half typed: the first three with a mistake, the others unfinished.
        "async fn add(title: &str) -> String { title. }",
        "async fn add<T>(title: T) -> String { title. }",
        "async fn add((a, b): (u8, u8)) -> impl Send { a. }",
        "async fn add(title: ) -> String { title }",
        "async fn add(title: String, lim",
        "pub async fn add(title: Str -> String",
        "async fn add",
        "async fn",
    ];
    for written in functions {
        let closed = match written.parse::<TokenStream>() {
            Ok(item) => item,
            // An editor closes what is open before it asks a macro.
            Err(_) => format!("{written})").parse().unwrap(),
        };
        for (name, run) in ATTRIBUTES.iter().take(4) {
            let key = if *name == "resource" { quote!("tasks://{title}") } else { quote!() };
            let expanded = places(run(key, &closed));
            for (token, place) in places(closed.clone()) {
                let is_kept = expanded.contains(&(token.clone(), place));
                assert!(is_kept, "`#[{name}] {written}` loses `{token}` at {place:?}");
            }
        }
    }
}

#[test]
fn tokens_of_a_block_keep_their_places() {
    let written: TokenStream = r"impl Tasks<Memory> {
        const MOST: u32 = 100;
        #[tool]
        async fn add(&self, title: Option<Title>, #[arg(range = ..Self::MOST)] n: u32) -> Task {
            self.add(title).
        }
    }"
    .parse()
    .unwrap();
    let expanded = places(crate::methods::run(&TokenStream::new(), &written));
    for (token, place) in places(written) {
        let is_attribute = matches!(&*token, "tool" | "arg" | "#" | "Self" | "range");
        let is_kept = expanded.contains(&(token.clone(), place));
        assert!(is_kept || is_attribute, "`{token}` at {place:?}");
    }
}

#[test]
fn a_half_typed_function_has_its_companion() {
    for written in ["async fn add(title: )", "fn add(title: String, lim)", "pub async fn add"] {
        let expanded = crate::tool::run(TokenStream::new(), &written.parse().unwrap());
        assert!(expanded.to_string().contains("enum add"), "{expanded}");
    }
}

/// The words of an author with their lines and columns.
fn places(tokens: TokenStream) -> Vec<(String, LineColumn)> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => places(group.stream()),
            TokenTree::Punct(_) => Vec::new(),
            token => vec![(token.to_string(), token.span().start())],
        })
        .collect()
}

/// The leading comment, without its slashes.
fn head(file: &str) -> String {
    let lines = file.lines().map_while(|line| line.strip_prefix("//"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn expansion(written: &str) -> TokenStream {
    expansion_at(written, &TokenStream::new())
}

/// Expands what an author wrote, with one more key.
fn expansion_at(written: &str, key: &TokenStream) -> TokenStream {
    if let Ok(call) = syn::parse_str::<Macro>(written) {
        let (list, head) = (call.tokens, (!key.is_empty()).then(|| quote!(#key;)));
        let list = crate::handlers::run(quote!(#head #list));
        return quote!(fn handlers() -> Handlers<Store> { #list });
    }
    let parser = |input: ParseStream<'_>| {
        Ok((input.call(Attribute::parse_outer)?, input.parse::<TokenStream>()?))
    };
    let (mut attrs, rest) = parser.parse_str(written).unwrap();
    let (at, run) = attrs
        .iter()
        .enumerate()
        .find_map(|(at, attr)| Some((at, attributed(&attr.path().to_token_stream().to_string())?)))
        .unwrap();
    let mut keys = match attrs.remove(at).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    if !keys.is_empty() && !key.is_empty() {
        keys.extend(quote!(,));
    }
    run(quote!(#keys #key), &quote!(#(#attrs)* #rest))
}

fn attributed(name: &str) -> Option<Attributed> {
    ATTRIBUTES.iter().find(|(attribute, _)| *attribute == name).map(|(_, run)| *run)
}

fn formatted(expansion: &TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(expansion.clone()).unwrap())
}
