//! How a handler is started: by code that a macro wrote, or by a function that takes its arguments
//! as one object.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Arguments, Refused};
use crate::call::{Call, Running};

/// Reads the arguments and makes the future of a call.
pub(crate) enum Start {
    /// Into the parameters of an annotated function.
    Declared(fn(&Arguments<'_>, Call) -> Result<Running, Refused>),
    /// Into one object, which is checked against the schema if that is asked for.
    Raw { start: Arc<StartRaw>, is_checked: bool },
}

pub(crate) type StartRaw = dyn Fn(Map<String, Value>, Call) -> Running + Send + Sync;

impl Start {
    /// Makes the future of a call, which has not run yet.
    ///
    /// # Errors
    /// All that does not fit.
    pub(crate) fn call(&self, arguments: &Arguments<'_>, call: Call) -> Result<Running, Refused> {
        match self {
            Self::Declared(start) => start(arguments, call),
            Self::Raw { start, is_checked } => {
                let object = if *is_checked {
                    arguments.to_checked_object()?
                } else {
                    arguments.to_object()?
                };
                Ok(start(object, arguments.bind(call)))
            }
        }
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Start")
    }
}
