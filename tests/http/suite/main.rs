//! The framework over HTTP: what is answered, what abuse comes to, how calls and the server end.

// `cfg(test)` always holds here; it tells clippy that helpers are tests as well.
#[cfg(test)]
mod abuse;
#[cfg(test)]
mod asking;
#[cfg(test)]
mod client;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod listening;
#[cfg(test)]
mod load;
#[cfg(test)]
mod mounted;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod principal;
#[cfg(test)]
mod process;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod request;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod transcript;
