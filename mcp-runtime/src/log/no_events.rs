//! Without the feature `tracing`: there are lines on stderr and nothing else.

use std::fmt;
use std::panic::PanicHookInfo;

use super::{Failure, Level};

/// The span of a call, which nobody looks at.
#[derive(Debug, Clone)]
pub(crate) struct CallSpan;

impl CallSpan {
    #[inline]
    pub(crate) fn none() -> Self {
        Self
    }

    #[inline]
    pub(crate) fn current() -> Self {
        Self
    }

    #[inline]
    #[expect(clippy::unused_self, reason = "with the feature `tracing` there is a span")]
    pub(crate) fn in_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        run()
    }
}

#[inline]
pub(super) fn take_line(_: Level, _: &dyn fmt::Display) -> bool {
    false
}

#[inline]
pub(super) fn take_failure(_: &Failure<'_>) -> bool {
    false
}

#[inline]
pub(crate) fn tell_panic(_: &PanicHookInfo<'_>) {}
