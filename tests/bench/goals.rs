//! The goals of the benchmark over the standard streams.

use crate::figures::{Goal, Kind};

/// The goals that this benchmark can tell of: the rows a goal is for, and the goal.
pub(crate) const GOALS: &[(&[&str], Goal)] = &[
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
