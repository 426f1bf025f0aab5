//! Turning handlers on and off while the server runs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::view::{Restriction, Shown, Views};
use crate::notify::{Bus, ListKind, Topic};
use crate::router::Router;

/// Turns tools, resources and prompts of a server on and off, by name, at any time. All are on at
/// first.
///
/// What is off is not listed, and a request for it is answered as if it did not exist; calls that
/// are running go on. Clients are notified that the list has changed. Made by
/// [`Server::switch`](crate::Server::switch); clones are the same switch.
///
/// # Example
/// ```
/// use mcp_runtime::{Switch, prelude::*};
///
/// struct Shop { switch: Switch }
///
/// /// Open the shop, so that things can be bought.
/// #[tool]
/// async fn open(shop: &Shop) -> &'static str {
///     shop.switch.tool("buy", true);
///     "open"
/// }
///
/// /// Buy something.
/// #[tool]
/// async fn buy(/** What is bought. */ thing: String) -> String {
///     format!("bought {thing}")
/// }
///
/// # mcp_runtime::testing::block_on(async {
/// let mut server = Server::new("shop", "1.0.0").with(handlers![open, buy]);
/// let switch = server.switch();
/// switch.tool("buy", false);
/// let mut client = server.state(Shop { switch }).test_client().await;
///
/// let arguments = json!({ "thing": "bread" });
/// assert!(client.text("buy", arguments.clone()).await.is_err());
/// client.text("open", json!({})).await.unwrap();
/// assert_eq!(client.text("buy", arguments).await.unwrap(), "bought bread");
/// # });
/// ```
#[derive(Clone)]
pub struct Switch {
    state: Arc<Mutex<SwitchState>>,
    bus: Arc<Bus>,
}

enum SwitchState {
    /// What was turned before the server was built.
    Early(BTreeMap<Key, bool>),
    Built {
        views: Arc<Views>,
        /// What may be shown at all.
        most: Shown,
        /// The indexes of the handlers in the router.
        places: BTreeMap<Key, usize>,
    },
}

/// A handler, by its kind and name.
type Key = (HandlerKind, String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum HandlerKind {
    Tool,
    Resource,
    Prompt,
}

impl Switch {
    pub(crate) fn new(bus: Arc<Bus>) -> Self {
        let state = SwitchState::Early(BTreeMap::new());
        Self { state: Arc::new(Mutex::new(state)), bus }
    }

    /// Turns the tool with this name on or off, and returns whether there is one.
    ///
    /// Before the server is built the names are not known yet: then this returns `true`, and
    /// building the server fails if there is no such tool.
    pub fn tool(&self, name: &str, is_on: bool) -> bool {
        self.turn(HandlerKind::Tool, name, is_on)
    }

    /// Turns the resource or the template with this URI on or off; see [`tool`](Self::tool).
    pub fn resource(&self, uri: &str, is_on: bool) -> bool {
        self.turn(HandlerKind::Resource, uri, is_on)
    }

    /// Turns the prompt with this name on or off; see [`tool`](Self::tool).
    pub fn prompt(&self, name: &str, is_on: bool) -> bool {
        self.turn(HandlerKind::Prompt, name, is_on)
    }

    fn turn(&self, kind: HandlerKind, name: &str, is_on: bool) -> bool {
        let key = (kind, name.to_owned());
        let has_changed = match &mut *self.lock() {
            SwitchState::Early(turned) => {
                turned.insert(key, is_on);
                return true;
            }
            SwitchState::Built { views, most, places } => {
                let Some(&place) = places.get(&key) else { return false };
                views.change(|shown| kind.of_mut(shown)[place] = is_on && kind.of(most)[place])
            }
        };
        if has_changed {
            self.bus.publish(Topic::List(kind.list()));
        }
        true
    }

    /// Connects the switch to the server that is being built.
    ///
    /// # Errors
    /// For names that were turned and do not exist.
    pub(super) fn build(
        &self,
        router: &Router,
        restriction: &Restriction,
    ) -> Result<Arc<Views>, Vec<String>> {
        let names = |kind, names: Vec<&str>| {
            let places = names.into_iter().map(str::to_owned).enumerate();
            places.map(move |(place, name)| ((kind, name), place)).collect::<Vec<_>>()
        };
        let tools = router.tools.iter().map(|tool| tool.descriptor.name.as_str()).collect();
        let resources = router.resources.iter().map(|resource| resource.uri.as_str()).collect();
        let prompts = router.prompts.iter().map(|prompt| prompt.descriptor.name.as_str()).collect();
        let places: BTreeMap<_, _> = names(HandlerKind::Tool, tools)
            .into_iter()
            .chain(names(HandlerKind::Resource, resources))
            .chain(names(HandlerKind::Prompt, prompts))
            .collect();
        let mut most = Shown::all(router);
        restriction.apply(router, &mut most).map_err(|wrong| vec![wrong])?;
        let mut state = self.lock();
        let mut shown = most.clone();
        let mut mistakes = Vec::new();
        // A server is built once.
        let SwitchState::Early(turned) = &*state else { return Ok(Arc::new(Views::new(shown))) };
        for ((kind, name), is_on) in turned {
            match places.get(&(*kind, name.clone())) {
                Some(&place) => kind.of_mut(&mut shown)[place] &= is_on,
                None => mistakes
                    .push(format!("the switch turns the {kind} `{name}`, which does not exist")),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let views = Arc::new(Views::new(shown));
        *state = SwitchState::Built { views: Arc::clone(&views), most, places };
        Ok(views)
    }

    fn lock(&self) -> MutexGuard<'_, SwitchState> {
        // Nothing that panics is done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HandlerKind {
    fn list(self) -> ListKind {
        match self {
            Self::Tool => ListKind::Tools,
            Self::Resource => ListKind::Resources,
            Self::Prompt => ListKind::Prompts,
        }
    }

    fn of(self, shown: &Shown) -> &[bool] {
        match self {
            Self::Tool => &shown.tools,
            Self::Resource => &shown.resources,
            Self::Prompt => &shown.prompts,
        }
    }

    fn of_mut(self, shown: &mut Shown) -> &mut [bool] {
        match self {
            Self::Tool => &mut shown.tools,
            Self::Resource => &mut shown.resources,
            Self::Prompt => &mut shown.prompts,
        }
    }
}

impl fmt::Display for HandlerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Prompt => "prompt",
        })
    }
}

impl fmt::Debug for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Switch")
    }
}
