//! Source files as tokens, with their lines; what is only compiled for tests is told apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// One source file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path below the root of the workspace, with `/` on every system.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Everything that is compiled outside of tests.
    pub(crate) code: Vec<Token>,
    /// What stands under `#[cfg(test)]`.
    pub(crate) tests: Vec<Token>,
    /// The modules that are declared under `#[cfg(test)]` and lie in files of their own.
    test_modules: Vec<String>,
}

/// A token that is no comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The token; `::` and `->` are one.
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ident,
    Punct,
    Literal,
    Open,
    Close,
}

impl Source {
    /// Whether it is in the folder, or is its root file: `tool` has `tool.rs` and `tool/…`.
    pub(crate) fn is_in(&self, module: &str) -> bool {
        self.path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// The name of the file, without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".rs").unwrap_or(name)
    }

    /// All its tokens, those of tests behind the others.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.code.iter().chain(&self.tests)
    }

    /// How many lines it has outside of tests.
    pub(crate) fn lines_of_code(&self) -> usize {
        let lines = self.text.lines().count();
        match (self.tests.first(), self.tests.last()) {
            (Some(first), Some(last)) => lines - (last.line - first.line + 1),
            _ => lines,
        }
    }

    /// What is wrong at a line of it.
    pub(crate) fn at(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let stream: TokenStream =
            text.parse().unwrap_or_else(|e| panic!("{}: no Rust: {e}", path.display()));
        let mut source = Self {
            path: below_root(path),
            text,
            code: Vec::new(),
            tests: Vec::new(),
            test_modules: Vec::new(),
        };
        source.split(stream);
        source
    }

    /// Tells what is under `#[cfg(test)]` from the rest: an item up to its body or its semicolon.
    fn split(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            let is_condition = matches!(&tree, TokenTree::Punct(hash) if hash.as_char() == '#')
                && trees
                    .peek()
                    .is_some_and(|tree| tree.to_string().replace(' ', "") == "[cfg(test)]");
            if !is_condition {
                flatten(tree, &mut self.code);
                continue;
            }
            let start = self.tests.len();
            flatten(tree, &mut self.tests);
            for tree in trees.by_ref() {
                let is_last = match &tree {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    _ => false,
                };
                flatten(tree, &mut self.tests);
                if is_last {
                    break;
                }
            }
            if let [.., module, name, end] = &self.tests[start..]
                && (module.text.as_str(), end.text.as_str()) == ("mod", ";")
            {
                self.test_modules.push(name.text.clone());
            }
        }
    }
}

fn flatten(tree: TokenTree, tokens: &mut Vec<Token>) {
    let line = tree.span().start().line;
    let token = |text: &str, kind, line| Token { text: text.to_owned(), kind, line };
    match tree {
        TokenTree::Ident(ident) => tokens.push(token(&ident.to_string(), Kind::Ident, line)),
        TokenTree::Literal(literal) => {
            tokens.push(token(&literal.to_string(), Kind::Literal, line));
        }
        TokenTree::Punct(punct) => {
            let text = punct.as_char().to_string();
            match tokens.last_mut() {
                Some(last)
                    if matches!((&*last.text, &*text), (":joint", ":") | ("-joint", ">")) =>
                {
                    last.text = format!("{}{text}", &last.text[..1]);
                }
                _ => {
                    let joint =
                        matches!(punct.as_char(), ':' | '-') && punct.spacing() == Spacing::Joint;
                    let text = if joint { format!("{text}joint") } else { text };
                    tokens.push(token(&text, Kind::Punct, line));
                }
            }
        }
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            tokens.push(token(open, Kind::Open, line));
            group.stream().into_iter().for_each(|tree| flatten(tree, tokens));
            tokens.push(token(close, Kind::Close, group.span_close().start().line));
        }
    }
}

/// Every source file of the workspace, sorted by path; without the UI tests and the expansions,
/// which show what others may write.
pub(crate) fn all() -> &'static [Source] {
    static ALL: OnceLock<Vec<Source>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut sources = Vec::new();
        for crate_folder in CRATES {
            collect(&root().join(crate_folder), &mut sources);
        }
        sources.sort_by(|one, other| one.path.cmp(&other.path));
        move_test_modules(&mut sources);
        sources
    })
}

/// The folders of the crates.
pub(crate) const CRATES: [&str; 4] = ["mcp-derive", "mcp-runtime", "task-server", "tests"];

const LEFT_OUT: [&str; 3] = ["mcp-derive/snapshots", "tests/ui", "tests/wip"];

/// The sources of a folder.
pub(crate) fn below(folder: &str) -> Vec<&'static Source> {
    let sources: Vec<_> = all().iter().filter(|source| source.path.starts_with(folder)).collect();
    assert!(!sources.is_empty(), "no sources in {folder}");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap_or_else(|e| panic!("{}: {e}", folder.display())).path();
        if path.is_dir() {
            let is_source = !LEFT_OUT.contains(&&*below_root(&path))
                && !path.ends_with("target")
                && !is_hidden(&path);
            if is_source {
                collect(&path, sources);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(Source::read(&path));
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// The code of a file that is declared as a test module is all tests.
fn move_test_modules(sources: &mut [Source]) {
    let mut files = Vec::new();
    for source in sources.iter() {
        let folder = match source.stem() {
            "lib" | "main" => source.path.rsplit_once('/').map_or("", |(folder, _)| folder),
            _ => source.path.trim_end_matches(".rs"),
        };
        files.extend(source.test_modules.iter().map(|name| format!("{folder}/{name}")));
    }
    for source in sources {
        if files.iter().any(|module| source.is_in(module)) {
            source.tests.splice(0..0, source.code.drain(..));
        }
    }
}

/// The folder that has the workspace's manifest.
pub(crate) fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().expect("this crate is a member of the workspace").to_owned()
}

fn below_root(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
