//! Schemas and serde, held against each other; and schemas as every host accepts them.

// `cfg(test)` always holds here; it tells clippy that helpers are tests as well.
#[cfg(test)]
mod agreement;
#[cfg(test)]
mod choices;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod flattened;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod published;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod results;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod values;
