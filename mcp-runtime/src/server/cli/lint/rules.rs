//! The rules of `check`, each with its reason. The guide has the same table.

/// A rule of `check`.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) level: Level,
    /// What is wrong, and why it matters.
    pub(super) reason: &'static str,
}

/// How bad it is to break a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A host is known to refuse the tool, or the whole server.
    Error,
    /// Models or people do worse.
    Warning,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

const fn error(id: &'static str, reason: &'static str) -> Rule {
    Rule { id, level: Level::Error, reason }
}

const fn warning(id: &'static str, reason: &'static str) -> Rule {
    Rule { id, level: Level::Warning, reason }
}

pub(super) const RULES: [Rule; 50] = [
    // The server.
    error("server-name", "Claude Code registers names of A-Z a-z 0-9 _ - only"),
    warning(
        "no-instructions",
        "hosts that search for tools show only names and instructions first",
    ),
    warning("long-instructions", "Claude Code cuts instructions at 2,048 characters"),
    error("too-many-tools", "model APIs and VS Code refuse more than 128 tools in a request"),
    warning("many-tools", "models choose worse among more than 40 tools, and some hosts cut there"),
    warning(
        "costly-tools",
        "more than 10,000 tokens are sent with every request of a conversation",
    ),
    warning("no-read-only-tool", "without `read_only` a host asks the user before every call"),
    warning("resources-without-tools", "many models never read resources; offer a tool that does"),
    // Names.
    warning("long-tool-name", "with the server's name in front it is longer than 64 characters"),
    warning("vague-name", "the name says nothing about what the tool is for"),
    warning("near-names", "models confuse names that differ in a letter or in the order of words"),
    warning("mixed-names", "the names follow different conventions, which models get wrong"),
    warning("name-used-twice", "a tool and a prompt of one name are one command to some hosts"),
    error("argument-name", "model APIs take argument names of 1 to 64 of A-Z a-z 0-9 _ . -"),
    // What is said.
    warning("no-description", "a model chooses a tool by its description"),
    warning("description-repeats-name", "the description says nothing that the name does not say"),
    warning(
        "long-description",
        "model APIs cut or refuse descriptions of more than 1,024 characters",
    ),
    warning("same-description", "a model cannot choose between tools with one description"),
    warning("no-argument-description", "a model guesses what an argument without description is"),
    warning("no-prompt-description", "people choose a prompt by its description"),
    warning("no-resource-description", "people and models choose a resource by its description"),
    error("hidden-characters", "scanners refuse text that people cannot see: it may be an attack"),
    warning(
        "commanding-text",
        "scanners report text that gives a model orders: it may be an attack",
    ),
    // Tools.
    warning("no-title", "hosts show the title when they ask the user for permission"),
    warning("no-hints", "without hints hosts take a tool for destructive, and ask the user"),
    warning("contradictory-hints", "a tool that changes nothing cannot be destructive"),
    warning("destructive-name", "the name says that something is lost, and the hints deny it"),
    warning("reading-name", "the name says that nothing changes; `read_only` spares a question"),
    warning("costly-tool", "more than 1,000 tokens are sent with every request of a conversation"),
    warning("result-not-object", "clients before 2026-07-28 get no structured content from it"),
    // Arguments.
    warning("many-arguments", "models forget or confuse more than 15 arguments"),
    warning("unbounded-text", "a model may send a text of any length; set `length`"),
    warning("unbounded-list", "a model may send any number of items; set `length`"),
    error("undeclared-required", "model APIs refuse `required` names that are not in `properties`"),
    warning("required-default", "a default of a required argument is never used"),
    // Schemas.
    error("root-choice", "model APIs refuse `anyOf`, `oneOf` and `allOf` at the root of arguments"),
    error("boolean-schema", "several hosts refuse `true` or `false` where a schema is expected"),
    error("list-without-items", "model APIs refuse a list without `items`"),
    error("remote-reference", "no host fetches schemas; the reference leads nowhere"),
    warning("reference", "several hosts do not follow `$ref`; schemas in place work everywhere"),
    warning("recursive-schema", "hosts that replace references by schemas refuse recursive ones"),
    warning("type-list", "several model APIs refuse a list of types; use `anyOf`"),
    warning("untyped", "several model APIs refuse a schema without `type`, and models guess"),
    warning("shapeless-object", "a model does not know which members to send"),
    warning("one-of", "several model APIs know `anyOf` and not `oneOf`"),
    warning("odd-format", "strict validators refuse formats that JSON Schema does not define"),
    warning("odd-pattern", "model APIs refuse patterns with look-around or back-references"),
    warning("odd-enum", "several model APIs take enums of strings only"),
    warning("large-enum", "more than 100 values fill the context; offer a tool that searches"),
    warning("deep-schema", "model APIs refuse, and models confuse, more than 5 levels of objects"),
];
