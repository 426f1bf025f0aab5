//! The invariants of the house, checked on its sources. Each test is a claim, and fails with the
//! places where it does not hold.

// `cfg(test)` always holds here; it tells clippy that helpers are tests as well.
#[cfg(test)]
mod everywhere;
#[cfg(test)]
mod features;
#[cfg(test)]
mod macros;
#[cfg(test)]
mod runtime;
#[cfg(test)]
mod source;
#[cfg(test)]
mod tasks;

/// Fails with all problems, each on a line.
#[cfg(test)]
fn fail(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
