//! What was measured, and how it is shown: the table, and the goals. Both benchmarks use it, over
//! the standard streams and over HTTP.

use std::fmt;

use crate::goals::GOALS;

/// The servers that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ours,
    Floor,
    Documented,
    Best,
}

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
    /// For each of [`Kind::ALL`], once a round or more often.
    values: [Vec<f64>; Kind::ALL.len()],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Micros,
    Millis,
    Mib,
    Kib,
    /// More is better; it is not with the others.
    PerSecond,
    /// Of what the load has to spare; nothing is compared with it.
    Percent,
    /// Nothing is compared with it.
    Count,
}

/// A goal: what is compared with what, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// At most so much of another server's figure.
    Of(Kind, f64),
    /// At least so many times another server's figure.
    Times(Kind, f64),
    /// At most this.
    Most(f64),
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Ours, Self::Floor, Self::Documented, Self::Best];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Floor => "floor",
            Self::Documented => "rmcp documented",
            Self::Best => "rmcp best",
        }
    }
}

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

    fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
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

    /// Whether it is compared with that of other servers.
    fn is_compared(&self) -> bool {
        !matches!(self.unit, Unit::Percent | Unit::Count)
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Micros if value < 10.0 => format!("{value:.3} us"),
            Self::Micros => format!("{value:.1} us"),
            Self::Millis => format!("{value:.2} ms"),
            Self::Mib => format!("{value:.2} MiB"),
            Self::Kib => format!("{value:.1} KiB"),
            Self::Percent => format!("{value:.0} %"),
            Self::PerSecond => format!("{value:.0}"),
            Self::Count => format!("{value}"),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} |", if self.shows == Shows::Best { "best round" } else { "median" })?;
        for kind in Kind::ALL {
            write!(f, " {} |", kind.name())?;
        }
        writeln!(f, " of the floor | of documented | of best |")?;
        writeln!(f, "|---|---:|---:|---:|---:|---:|---:|---:|")?;
        for row in &self.rows {
            write!(f, "| {} |", row.name)?;
            for kind in Kind::ALL {
                let value = row.value(kind).map(|value| row.unit.show(value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
            for kind in [Kind::Floor, Kind::Documented, Kind::Best] {
                let shown = row.part(kind).filter(|part| part.is_finite() && row.is_compared());
                write!(f, " {} |", shown.map_or_else(String::new, |part| format!("{part:.3}")))?;
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
            Self::Of(kind, most) => format!("≤ {most:.3} x {}", kind.name()),
            Self::Times(kind, least) => format!("≥ {least} x {}", kind.name()),
            Self::Most(most) => format!("≤ {}", unit.show(most)),
        }
    }
}
