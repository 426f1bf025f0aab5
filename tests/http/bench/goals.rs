//! The goals of the benchmark over HTTP.

use crate::figures::{Goal, Kind};

/// The goals that this benchmark can tell of.
pub(crate) const GOALS: &[(&[&str], Goal)] = &[
    (&["CPU, echo, 64 connections"], Goal::Of(Kind::Floor, 1.1)),
    (&["CPU, echo, 64 connections"], Goal::Of(Kind::Best, 0.4)),
    (&["CPU, echo, 64 connections"], Goal::Of(Kind::Documented, 0.2)),
    (&["calls/s, echo, 64 connections"], Goal::Times(Kind::Floor, 0.95)),
    (&["calls/s, echo, 64 connections"], Goal::Times(Kind::Best, 2.3)),
    (&["calls/s, echo, 64 connections"], Goal::Times(Kind::Documented, 4.5)),
    (&["calls/s, echo in a session, 64 connections"], Goal::Times(Kind::Best, 3.0)),
    (&["calls/s, echo in a session, 64 connections"], Goal::Times(Kind::Documented, 3.0)),
    (&["memory, a stream of a session"], Goal::Most(24.0)),
    (&["memory, a stream of a session"], Goal::Of(Kind::Best, 0.5)),
    (&["memory, a stream of a session"], Goal::Of(Kind::Documented, 0.5)),
    (&["p50, echo, 64 connections"], Goal::Of(Kind::Floor, 1.05)),
    (&["p99, echo, 64 connections"], Goal::Of(Kind::Floor, 1.5)),
    (&["first event, p50"], Goal::Of(Kind::Floor, 1.15)),
    (&["CPU, a connection for each request"], Goal::Of(Kind::Floor, 1.05)),
    (&["CPU, 1 MiB there and back"], Goal::Of(Kind::Floor, 0.8)),
    (&["1000 sleeps of 50 ms, wall"], Goal::Of(Kind::Floor, 1.05)),
    (&["1000 sleeps of 50 ms, CPU"], Goal::Of(Kind::Floor, 1.15)),
    (&["memory, 1000 idle connections"], Goal::Most(20.0)),
    (&["p99 of 63 beside one that blocks 1 s"], Goal::Most(50_000.0)),
    (&["busy load, echo, 64 connections"], Goal::Most(70.0)),
];
