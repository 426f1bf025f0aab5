//! Where in an argument a value stands: `tags[2].name`. It is written only for a problem.

use std::fmt;

use super::expect::cut;
use crate::visible::one_line;

/// A place, as a list that leads back to the argument; it lives on the stack.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Argument(&'a str),
    Item(usize),
    Member(&'a str),
}

impl<'a> Path<'a> {
    pub(super) fn argument(name: &'a str) -> Self {
        Self { parent: None, step: Step::Argument(name) }
    }

    pub(super) fn item(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Item(index) }
    }

    pub(super) fn member(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Member(name) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            // A name that a client makes up is no longer than it takes to recognise it.
            Step::Argument(name) => f.write_str(&one_line(&cut(name))),
            Step::Item(index) => write!(f, "[{index}]"),
            Step::Member(name) => write!(f, ".{}", one_line(&cut(name))),
        }
    }
}
