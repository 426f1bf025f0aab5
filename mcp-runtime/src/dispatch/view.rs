//! What of everything that is offered is shown: the rest is unknown to clients.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::offer::Written;
use crate::router::Router;

/// Which handlers are shown, and the lists of these.
#[derive(Debug)]
pub(super) struct View {
    pub(super) shown: Shown,
    /// Written when they are first asked for.
    pub(super) written: Written,
}

/// Whether each handler is shown, by its place in the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) tools: Vec<bool>,
    pub(super) resources: Vec<bool>,
    pub(super) prompts: Vec<bool>,
}

/// What a command line leaves of the tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Restriction {
    /// Only tools that change nothing.
    pub(crate) is_read_only: bool,
    /// Only these, if any are named.
    pub(crate) tools: Option<Vec<String>>,
    pub(crate) excluded: Vec<String>,
}

/// The view that all clients have at the moment.
#[derive(Debug)]
pub(super) struct Views {
    /// Everything is shown: then nothing is locked.
    is_full: AtomicBool,
    current: Mutex<Arc<View>>,
}

impl Shown {
    /// Everything.
    pub(super) fn all(router: &Router) -> Self {
        Self {
            tools: vec![true; router.tools.len()],
            resources: vec![true; router.resources.len()],
            prompts: vec![true; router.prompts.len()],
        }
    }

    pub(super) fn is_full(&self) -> bool {
        [&self.tools, &self.resources, &self.prompts].iter().all(|kind| !kind.contains(&false))
    }
}

impl Restriction {
    /// Hides the tools that are not left.
    ///
    /// # Errors
    /// If it names a tool that is not offered.
    pub(super) fn apply(&self, router: &Router, shown: &mut Shown) -> Result<(), String> {
        let named = self.tools.iter().flatten().chain(&self.excluded);
        for name in named {
            if router.tool_index(name).is_none() {
                let near = router.nearest_tool(name, |_| true);
                let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                return Err(format!("no tool is called `{name}`{near}"));
            }
        }
        for (tool, is_shown) in router.tools.iter().zip(&mut shown.tools) {
            let name = &tool.descriptor.name;
            let annotations = tool.descriptor.annotations.as_ref();
            let is_read_only = annotations.and_then(|it| it.read_only_hint) == Some(true);
            *is_shown &= (is_read_only || !self.is_read_only)
                && self.tools.as_ref().is_none_or(|names| names.contains(name))
                && !self.excluded.contains(name);
        }
        Ok(())
    }
}

impl Views {
    pub(super) fn new(shown: Shown) -> Self {
        let is_full = AtomicBool::new(shown.is_full());
        Self { is_full, current: Mutex::new(Arc::new(View::new(shown))) }
    }

    /// What is shown; `None` if that is everything.
    #[inline]
    pub(super) fn current(&self) -> Option<Arc<View>> {
        if self.is_full.load(Ordering::Acquire) { None } else { Some(Arc::clone(&self.lock())) }
    }

    /// Changes what is shown; whether it did.
    pub(super) fn change(&self, change: impl FnOnce(&mut Shown)) -> bool {
        let mut current = self.lock();
        let mut shown = current.shown.clone();
        change(&mut shown);
        if shown == current.shown {
            return false;
        }
        let is_full = shown.is_full();
        *current = Arc::new(View::new(shown));
        self.is_full.store(is_full, Ordering::Release);
        true
    }

    fn lock(&self) -> MutexGuard<'_, Arc<View>> {
        // Nothing that panics is done under the lock.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl View {
    fn new(shown: Shown) -> Self {
        Self { shown, written: Written::new() }
    }
}
