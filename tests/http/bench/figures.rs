//! What was measured, and how it is shown: the table, and the goals.

use std::fmt;

use crate::process::Kind;

/// All figures, in the order in which they first came.
#[derive(Debug)]
pub(crate) struct Figures {
    shows: Shows,
    rows: Vec<Row>,
}

/// Which of the rounds is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    Median,
    /// The one that was disturbed least.
    Best,
}

#[derive(Debug)]
struct Row {
    name: String,
    unit: Unit,
    shows: Shows,
    /// For each of [`Kind::ALL`], once a round.
    values: [Vec<f64>; Kind::ALL.len()],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Micros,
    Millis,
    Mib,
    Percent,
    /// More is better; it is not with the others.
    PerSecond,
}

/// A goal: what is compared with what, and how.
#[derive(Debug, Clone, Copy)]
enum Goal {
    /// At most so much of another server's figure.
    Of(Kind, f64),
    /// At least so many times another server's figure.
    Times(Kind, f64),
    /// At most this.
    Most(f64),
}

/// The goals that this benchmark can tell of.
const GOALS: &[(&str, Goal)] = &[
    ("CPU, echo, 64 connections", Goal::Of(Kind::Floor, 1.1)),
    ("CPU, echo, 64 connections", Goal::Of(Kind::Best, 0.4)),
    ("CPU, echo, 64 connections", Goal::Of(Kind::Documented, 0.2)),
    ("calls/s, echo, 64 connections", Goal::Times(Kind::Floor, 0.95)),
    ("calls/s, echo, 64 connections", Goal::Times(Kind::Best, 2.3)),
    ("calls/s, echo, 64 connections", Goal::Times(Kind::Documented, 4.5)),
    ("p50, echo, 64 connections", Goal::Of(Kind::Floor, 1.05)),
    ("p99, echo, 64 connections", Goal::Of(Kind::Floor, 1.5)),
    ("first event, p50", Goal::Of(Kind::Floor, 1.15)),
    ("CPU, a connection for each request", Goal::Of(Kind::Floor, 1.05)),
    ("CPU, 1 MiB there and back", Goal::Of(Kind::Floor, 0.8)),
    ("1000 sleeps of 50 ms, wall", Goal::Of(Kind::Floor, 1.05)),
    ("1000 sleeps of 50 ms, CPU", Goal::Of(Kind::Floor, 1.15)),
    ("memory, 1000 idle connections", Goal::Most(20.0)),
    ("p99 of 63 beside one that blocks 1 s", Goal::Most(50_000.0)),
    ("busy load, echo, 64 connections", Goal::Most(70.0)),
];

impl Figures {
    pub(crate) fn new(shows: Shows) -> Self {
        Self { shows, rows: Vec::new() }
    }

    pub(crate) fn note(&mut self, name: &str, unit: Unit, kind: Kind, value: f64) {
        let known = self.rows.iter().position(|row| row.name == name);
        let at = known.unwrap_or_else(|| {
            let (name, shows) = (name.to_owned(), self.shows);
            self.rows.push(Row { name, unit, shows, values: Default::default() });
            self.rows.len() - 1
        });
        self.rows[at].values[kind as usize].push(value);
    }

    /// The goals, each with what was reached.
    pub(crate) fn goals(&self) -> Goals<'_> {
        Goals(self)
    }
}

impl Row {
    /// What is shown of the rounds; [`None`] if nothing was measured.
    fn value(&self, kind: Kind) -> Option<f64> {
        self.shown(self.values[kind as usize].clone())
    }

    /// Our figure as part of the other server's. For a median it is that of the rounds' ratios, in
    /// each of which both were measured right after one another.
    fn part(&self, kind: Kind) -> Option<f64> {
        if self.shows == Shows::Best {
            return Some(self.value(Kind::Ours)? / self.value(kind)?);
        }
        let [ours, other] = [Kind::Ours, kind].map(|kind| &self.values[kind as usize]);
        self.shown(ours.iter().zip(other).map(|(ours, other)| ours / other).collect())
    }

    fn shown(&self, mut values: Vec<f64>) -> Option<f64> {
        values.sort_unstable_by(f64::total_cmp);
        let at = match self.shows {
            Shows::Median => values.len() / 2,
            Shows::Best if self.unit == Unit::PerSecond => values.len().saturating_sub(1),
            Shows::Best => 0,
        };
        values.get(at).copied()
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Micros => format!("{value:.2} us"),
            Self::Millis => format!("{value:.2} ms"),
            Self::Mib => format!("{value:.2} MiB"),
            Self::Percent => format!("{value:.0} %"),
            Self::PerSecond => format!("{value:.0}"),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.shows == Shows::Best { "best" } else { "median" };
        write!(f, "| {shown} |")?;
        for kind in Kind::ALL {
            write!(f, " {} |", kind.name())?;
        }
        writeln!(f, " ours / floor | ours / documented | ours / best |")?;
        writeln!(f, "|---|---:|---:|---:|---:|---:|---:|---:|")?;
        for row in &self.rows {
            write!(f, "| {} |", row.name)?;
            for kind in Kind::ALL {
                let value = row.value(kind).map(|value| row.unit.show(value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
            for kind in [Kind::Floor, Kind::Documented, Kind::Best] {
                let shown = row.part(kind).filter(|_| row.unit != Unit::Percent);
                write!(f, " {} |", shown.map_or_else(String::new, |ratio| format!("{ratio:.2}")))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// The goals as a table.
#[derive(Debug)]
pub(crate) struct Goals<'a>(&'a Figures);

impl fmt::Display for Goals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | goal | reached | |")?;
        writeln!(f, "|---|---|---:|---|")?;
        for (name, goal) in GOALS {
            let Some(row) = self.0.rows.iter().find(|row| row.name == *name) else { continue };
            let Some((value, is_reached)) = goal.judge(row) else { continue };
            let verdict = if is_reached { "reached" } else { "NOT REACHED" };
            writeln!(f, "| {name} | {} | {value} | {verdict} |", goal.show(row.unit))?;
        }
        Ok(())
    }
}

impl Goal {
    fn judge(self, row: &Row) -> Option<(String, bool)> {
        Some(match self {
            Self::Of(kind, most) => {
                let part = row.part(kind)?;
                (format!("{part:.3} x"), part <= most)
            }
            Self::Times(kind, least) => {
                let times = row.part(kind)?;
                (format!("{times:.2} x"), times >= least)
            }
            Self::Most(most) => {
                let value = row.value(Kind::Ours)?;
                (row.unit.show(value), value <= most)
            }
        })
    }

    fn show(self, unit: Unit) -> String {
        match self {
            Self::Of(kind, most) => format!("≤ {most} x {}", kind.name()),
            Self::Times(kind, least) => format!("≥ {least} x {}", kind.name()),
            Self::Most(most) => format!("≤ {}", unit.show(most)),
        }
    }
}
