//! What was measured, and how it is shown: the table, and the goals.

use std::fmt;

use crate::server::Kind;

/// All figures, in the order in which they first came.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    unit: Unit,
    /// For each of [`Kind::ALL`], once a round or more often.
    values: [Vec<f64>; Kind::ALL.len()],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Micros,
    Millis,
    Mib,
    /// More is better; it is not with the others.
    PerSecond,
    Count,
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

/// The goals that this benchmark can tell of: the rows a goal is for, and the goal.
const GOALS: &[(&[&str], Goal)] = &[
    (CPU_LOADED, Goal::Of(Kind::Floor, 1.0)),
    (CPU_LOADED, Goal::Of(Kind::Best, 1.0 / 12.0)),
    (CPU_LOADED, Goal::Of(Kind::Documented, 1.0 / 50.0)),
    (&["calls/s, echo modern, 16 in flight"], Goal::Times(Kind::Best, 12.0)),
    (&["calls/s, echo modern, 16 in flight"], Goal::Times(Kind::Documented, 45.0)),
    (&["round trip p50, echo modern, 1 in flight"], Goal::Of(Kind::Best, 0.5)),
    (&["CPU, tools/list of 5, 16 in flight"], Goal::Of(Kind::Best, 0.06)),
    (&["CPU, tools/list of 200, 16 in flight"], Goal::Of(Kind::Best, 0.08)),
    (&["CPU, 1 MiB plain"], Goal::Of(Kind::Best, 0.65)),
    (&["CPU, 1 MiB escaped"], Goal::Of(Kind::Best, 0.6)),
    (&["cold start, fastest"], Goal::Of(Kind::Best, 0.75)),
    (&["exit after end of input"], Goal::Most(2.0)),
    (&["memory idle"], Goal::Most(3.0)),
    (&["memory, peak after load"], Goal::Most(3.2)),
    (&["growth while unread"], Goal::Most(1.0)),
    (&["1000 sleeps, wall"], Goal::Most(55.0)),
    (&["1000 sleeps, threads"], Goal::Most(2.0)),
    (&["1000 sleeps, CPU"], Goal::Of(Kind::Best, 0.2)),
];

const CPU_LOADED: &[&str] = &[
    "CPU, echo modern, 16 in flight",
    "CPU, echo modern, 256 in flight",
    "CPU, add modern, 16 in flight",
    "CPU, add modern, 256 in flight",
];

impl Figures {
    pub(crate) fn note(&mut self, name: &str, unit: Unit, kind: Kind, value: f64) {
        let known = self.rows.iter().position(|row| row.name == name);
        let at = known.unwrap_or_else(|| {
            self.rows.push(Row { name: name.to_owned(), unit, values: Default::default() });
            self.rows.len() - 1
        });
        self.rows[at].values[kind as usize].push(value);
    }

    fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// The goals, each with what was reached.
    pub(crate) fn goals(&self) -> Goals<'_> {
        Goals(self)
    }
}

impl Row {
    /// The median; [`None`] if nothing was measured.
    fn value(&self, kind: Kind) -> Option<f64> {
        let mut sorted = self.values[kind as usize].clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }

    /// How many times as good as the other server the probe is.
    fn times(&self, kind: Kind) -> Option<f64> {
        let (ours, other) = (self.value(Kind::Probe)?, self.value(kind)?);
        Some(if self.unit == Unit::PerSecond { ours / other } else { other / ours })
    }

    /// The probe's figure as part of the other server's.
    fn part(&self, kind: Kind) -> Option<f64> {
        Some(self.value(Kind::Probe)? / self.value(kind)?)
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Micros if value < 10.0 => format!("{value:.3} us"),
            Self::Micros => format!("{value:.1} us"),
            Self::Millis => format!("{value:.2} ms"),
            Self::Mib => format!("{value:.2} MiB"),
            Self::PerSecond => format!("{value:.0}"),
            Self::Count => format!("{value}"),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| median |")?;
        for kind in Kind::ALL {
            write!(f, " {} |", kind.name())?;
        }
        writeln!(f, " probe / floor | times as good as documented | as best |")?;
        writeln!(f, "|---|---:|---:|---:|---:|---:|---:|---:|")?;
        for row in &self.rows {
            write!(f, "| {} |", row.name)?;
            for kind in Kind::ALL {
                let value = row.value(kind).map(|value| row.unit.show(value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
            let ratios =
                [row.part(Kind::Floor), row.times(Kind::Documented), row.times(Kind::Best)];
            for ratio in ratios {
                let shown = ratio.filter(|ratio| ratio.is_finite() && row.unit != Unit::Count);
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
        for (names, goal) in GOALS {
            for row in names.iter().filter_map(|name| self.0.row(name)) {
                let Some((value, is_reached)) = goal.judge(row) else { continue };
                let verdict = if is_reached { "reached" } else { "NOT REACHED" };
                writeln!(f, "| {} | {} | {value} | {verdict} |", row.name, goal.show(row.unit))?;
            }
        }
        Ok(())
    }
}

impl Goal {
    fn judge(self, row: &Row) -> Option<(String, bool)> {
        Some(match self {
            Self::Of(kind, most) => {
                let part = row.part(kind)?;
                (format!("{part:.4} x"), part <= most)
            }
            Self::Times(kind, least) => {
                let times = row.times(kind)?;
                (format!("{times:.1} x"), times >= least)
            }
            Self::Most(most) => {
                let value = row.value(Kind::Probe)?;
                (row.unit.show(value), value <= most)
            }
        })
    }

    fn show(self, unit: Unit) -> String {
        match self {
            Self::Of(kind, most) => format!("≤ {most:.3} x {}", kind.name()),
            Self::Times(kind, least) => format!("≥ {least} x {}", kind.name()),
            Self::Most(most) => format!("≤ {}", unit.show(most)),
        }
    }
}
