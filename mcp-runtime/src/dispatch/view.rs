//! Views: which of the handlers clients can see.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::offer::Written;
use crate::router::Router;

/// The visible handlers, and the lists of them.
#[derive(Debug)]
pub(super) struct View {
    pub(super) shown: Shown,
    /// Written when they are first asked for.
    pub(super) written: Written,
}

/// Whether each handler is visible, by its index in the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) tools: Vec<bool>,
    pub(super) resources: Vec<bool>,
    pub(super) prompts: Vec<bool>,
}

/// The tools that a command line leaves visible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Restriction {
    /// Only tools that change nothing.
    pub(crate) is_read_only: bool,
    /// Only these, if any are named.
    pub(crate) tools: Option<Vec<String>>,
    pub(crate) excluded: Vec<String>,
}

/// The current view of all clients.
#[derive(Debug)]
pub(super) struct Views {
    /// Whether everything is visible: then no lock is taken.
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
    /// Hides the other tools.
    ///
    /// # Errors
    /// If it names a tool that does not exist.
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

    /// The current view; `None` if everything is visible.
    #[inline]
    pub(super) fn current(&self) -> Option<Arc<View>> {
        if self.is_full.load(Ordering::Acquire) { None } else { Some(Arc::clone(&self.lock())) }
    }

    /// Changes the view, and returns whether it is another one.
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
