//! `check`: what is offered, as hosts and models see it.
//!
//! A server that breaks the rules of the protocol or of this crate is refused when it is built.
//! The rules here are about everybody else: what a host is known to refuse is an error, what makes
//! a model or a person do worse is a warning.

use std::io;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Value, json};

use super::offered::{Offered, offered};
use super::terminal::{Paint, show_painted};
use super::{Given, show, tell};
use crate::server::ReadyServer;
use rules::{Level, RULES, Rule};

mod arguments;
mod descriptors;
mod names;
mod rules;
mod schemas;
mod server;
mod wording;

/// One place where a rule is broken.
#[derive(Debug)]
struct Finding {
    rule: &'static Rule,
    place: String,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    /// Adds a place where a rule is broken.
    fn add(&mut self, id: &str, place: impl Into<String>) {
        let rule = RULES.iter().find(|rule| rule.id == id);
        let rule = rule.expect("every rule that is reported has a row in the table");
        self.0.push(Finding { rule, place: place.into() });
    }

    /// Adds one place for several names, if there are any.
    fn add_all(&mut self, id: &str, place: &str, names: &[String]) {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            self.add(id, format!("{place}: {}", names.join(", ")));
        }
    }
}

/// Checks everything that is offered by every rule.
fn lint(offered: &Offered) -> Vec<Finding> {
    let mut findings = Findings::default();
    server::lint(offered, &mut findings);
    names::lint(offered, &mut findings);
    wording::lint(offered, &mut findings);
    descriptors::lint(offered, &mut findings);
    arguments::lint(offered, &mut findings);
    schemas::lint(offered, &mut findings);
    findings.0
}

pub(super) fn check_command() -> clap::Command {
    clap::Command::new("check")
        .about("Check what is offered, as hosts and models see it")
        .arg(
            Arg::new("allow")
                .long("allow")
                .value_name("RULE")
                .action(ArgAction::Append)
                .value_parser(PossibleValuesParser::new(RULES.iter().map(|rule| rule.id)))
                .hide_possible_values(true)
                .help("Leave a rule out"),
        )
        .arg(
            Arg::new("strict")
                .long("strict")
                .action(ArgAction::SetTrue)
                .help("Exit with 1 after a warning, too"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("Print what is found as JSON"),
        )
}

pub(super) async fn check(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let offered = match offered(server, given).await {
        Ok(offered) => offered,
        Err(mistakes) => {
            tell(mistakes);
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut findings = lint(&offered);
    let allowed: Vec<&str> =
        matches.get_many::<String>("allow").into_iter().flatten().map(String::as_str).collect();
    findings.retain(|finding| !allowed.contains(&finding.rule.id));
    let count = |level| findings.iter().filter(|finding| finding.rule.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if matches.get_flag("json") {
        let list: Vec<Value> = findings.iter().map(as_json).collect();
        let all = json!({ "findings": list, "errors": errors, "warnings": warnings });
        show(&format!("{all:#}\n"))?;
    } else if findings.is_empty() {
        show("everything that is offered is sound\n")?;
    } else {
        let counts = format!("found: {errors} errors, {warnings} warnings\n");
        show_painted(&(told(&findings) + &counts), |line| match line.split_once(':')?.0 {
            rule if rule.starts_with("error[") => Some((rule.len(), Paint::Red)),
            rule if rule.starts_with("warning[") => Some((rule.len(), Paint::Yellow)),
            "found" => Some((line.len(), Paint::Bold)),
            _ => None,
        })?;
    }
    let is_sound = errors == 0 && (warnings == 0 || !matches.get_flag("strict"));
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.id,
        "level": finding.rule.level.name(),
        "place": finding.place,
        "reason": finding.rule.reason,
    })
}

/// What was found, rule by rule, in the order of the table.
fn told(findings: &[Finding]) -> String {
    let mut told = Vec::new();
    for rule in &RULES {
        let mut places = findings.iter().filter(|finding| finding.rule.id == rule.id).peekable();
        if places.peek().is_some() {
            told.push(format!("{}[{}]: {}\n", rule.level.name(), rule.id, rule.reason));
        }
        told.extend(places.map(|finding| format!("  {}\n", finding.place)));
    }
    told.concat()
}

#[cfg(test)]
mod tests;
