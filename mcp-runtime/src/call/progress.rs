//! A progress report, as it is written in a handler.

use super::Reporter;

/// A progress report. It is sent when it is dropped, at the end of the statement that makes it.
///
/// Made by [`Context::progress`](crate::Context::progress).
#[derive(Debug)]
pub struct Progress<'a> {
    /// `None` if the client did not ask for progress.
    reporter: Option<&'a Reporter>,
    done: f64,
    total: Option<f64>,
    message: Option<String>,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "a report is sent when it is dropped, which may be at once"
)]
impl<'a> Progress<'a> {
    pub(super) fn new(reporter: Option<&'a Reporter>, done: f64) -> Self {
        Self { reporter, done, total: None, message: None }
    }

    /// Adds the total; without this it is unknown.
    pub fn of(mut self, total: impl Amount) -> Self {
        self.total = Some(total.amount());
        self
    }

    /// Adds a text for a person; it is not sent under versions before 2025-03-26.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        if self.reporter.is_some() {
            self.message = Some(message.into());
        }
        self
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(reporter) = self.reporter {
            reporter.report(self.done, self.total, self.message.take());
        }
    }
}

/// A number that progress is reported with: any integer or float.
pub trait Amount: private::Sealed {
    #[doc(hidden)]
    fn amount(self) -> f64;
}

mod private {
    pub trait Sealed {}
}

macro_rules! exact {
    ($($number:ty)*) => {$(
        impl private::Sealed for $number {}

        impl Amount for $number {
            fn amount(self) -> f64 {
                f64::from(self)
            }
        }
    )*};
}

/// As near as a double comes.
macro_rules! rounded {
    ($($number:ty)*) => {$(
        impl private::Sealed for $number {}

        impl Amount for $number {
            #[expect(clippy::cast_precision_loss, reason = "progress is shown, not counted with")]
            fn amount(self) -> f64 {
                self as f64
            }
        }
    )*};
}

exact!(u8 u16 u32 i8 i16 i32 f32 f64);
rounded!(u64 u128 usize i64 i128 isize);
