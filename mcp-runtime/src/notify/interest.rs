//! What a subscriber wants to be notified of.

use std::collections::HashSet;
use std::sync::Arc;

use super::ListKind;
use crate::limits::Limits;

/// The lists and resources that a subscriber is notified of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Interest {
    /// In the order of [`ListKind::ALL`].
    pub(super) lists: [bool; ListKind::ALL.len()],
    /// Each once; `None` where one was removed, so that the bits of the others stay.
    pub(super) uris: Vec<Option<Arc<str>>>,
}

impl Interest {
    /// These lists and resources, each once.
    pub(crate) fn new<'a>(
        lists: impl IntoIterator<Item = ListKind>,
        uris: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut known = HashSet::new();
        let uris = uris.into_iter().filter(|uri| known.insert(*uri));
        let mut filter =
            Self { uris: uris.map(|uri| Some(uri.into())).collect(), ..Self::default() };
        for list in lists {
            filter.lists[list as usize] = true;
        }
        filter
    }

    pub(crate) fn has_list(&self, list: ListKind) -> bool {
        self.lists[list as usize]
    }

    pub(crate) fn uris(&self) -> impl Iterator<Item = &Arc<str>> {
        self.uris.iter().flatten()
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.lists.contains(&true) && self.uris().next().is_none()
    }

    /// Whether this resource is in it, or may be added.
    pub(crate) fn has_room(&self, uri: &str) -> bool {
        let bytes: usize = self.uris().map(|uri| uri.len()).sum();
        let fits = self.uris().count() < Limits::URIS && bytes + uri.len() <= Limits::URI_BYTES;
        fits || self.position(uri).is_some()
    }

    /// Adds a resource, and returns its index; `None` if it was there.
    pub(super) fn add(&mut self, uri: &str) -> Option<usize> {
        if self.position(uri).is_some() {
            return None;
        }
        let at = self.uris.iter().position(Option::is_none).unwrap_or(self.uris.len());
        if at == self.uris.len() {
            self.uris.push(None);
        }
        self.uris[at] = Some(uri.into());
        Some(at)
    }

    /// Removes a resource, and returns the index that it had.
    pub(super) fn remove(&mut self, uri: &str) -> Option<usize> {
        let at = self.position(uri)?;
        self.uris[at] = None;
        Some(at)
    }

    fn position(&self, uri: &str) -> Option<usize> {
        self.uris.iter().position(|known| known.as_deref() == Some(uri))
    }
}
