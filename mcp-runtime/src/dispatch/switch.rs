//! Turning handlers on and off while the server runs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::view::{Restriction, Shown, Views};
use crate::notify::{Bus, Change, List};
use crate::router::Router;

/// Turns tools, resources and prompts of a server on and off, by name, at any time. All are on at
/// first.
///
/// What is off is not listed, and unknown to whoever asks for it; a call that runs goes on. Clients
/// that listen to the list hear that it has changed. Made by
/// [`Server::switch`](crate::Server::switch); a clone is the same switch.
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
    switched: Arc<Switched>,
}

struct Switched {
    /// What was turned before the server was built, by kind and name.
    early: Mutex<BTreeMap<(Kind, String), bool>>,
    /// The server, once it is built.
    built: OnceLock<Built>,
    bus: Arc<Bus>,
}

struct Built {
    views: Arc<Views>,
    /// What may be shown at all.
    most: Shown,
    places: BTreeMap<(Kind, String), usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Tool,
    Resource,
    Prompt,
}

impl Switch {
    pub(crate) fn new(bus: Arc<Bus>) -> Self {
        let switched = Switched { early: Mutex::default(), built: OnceLock::new(), bus };
        Self { switched: Arc::new(switched) }
    }

    /// Turns the tool with this name on or off; whether there is one. Before the server is built
    /// that is not known, and building it fails for a name that is not offered.
    pub fn tool(&self, name: &str, is_on: bool) -> bool {
        self.turn(Kind::Tool, name, is_on)
    }

    /// Turns the resource or the template with this URI on or off; as [`tool`](Self::tool).
    pub fn resource(&self, uri: &str, is_on: bool) -> bool {
        self.turn(Kind::Resource, uri, is_on)
    }

    /// Turns the prompt with this name on or off; as [`tool`](Self::tool).
    pub fn prompt(&self, name: &str, is_on: bool) -> bool {
        self.turn(Kind::Prompt, name, is_on)
    }

    fn turn(&self, kind: Kind, name: &str, is_on: bool) -> bool {
        let key = (kind, name.to_owned());
        let Some(built) = self.switched.built.get() else {
            // What is turned while the server is being built is not lost either: it is taken up
            // under the same lock.
            let mut early = self.switched.early.lock().unwrap_or_else(PoisonError::into_inner);
            if self.switched.built.get().is_none() {
                early.insert(key, is_on);
                return true;
            }
            drop(early);
            return self.turn(kind, name, is_on);
        };
        let Some(&place) = built.places.get(&key) else { return false };
        let has_changed = built.views.change(|shown| {
            kind.of_mut(shown)[place] = is_on && kind.of(&built.most)[place];
        });
        if has_changed {
            self.switched.bus.publish(Change::List(kind.list()));
        }
        true
    }

    /// Takes over a server that is being built.
    ///
    /// # Errors
    /// Names that were turned and are not offered.
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
        let places: BTreeMap<_, _> = names(Kind::Tool, tools)
            .into_iter()
            .chain(names(Kind::Resource, resources))
            .chain(names(Kind::Prompt, prompts))
            .collect();
        let mut most = Shown::all(router);
        restriction.apply(router, &mut most).map_err(|wrong| vec![wrong])?;
        let early = self.switched.early.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shown = most.clone();
        let mut mistakes = Vec::new();
        for ((kind, name), is_on) in &*early {
            match places.get(&(*kind, name.clone())) {
                Some(&place) => kind.of_mut(&mut shown)[place] &= is_on,
                None => mistakes
                    .push(format!("a switch turns the {kind} `{name}`, which is not offered")),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let views = Arc::new(Views::new(shown));
        let built = Built { views: Arc::clone(&views), most, places };
        // A server is built once.
        self.switched.built.set(built).unwrap_or_default();
        Ok(views)
    }
}

impl Kind {
    fn list(self) -> List {
        match self {
            Self::Tool => List::Tools,
            Self::Resource => List::Resources,
            Self::Prompt => List::Prompts,
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

impl fmt::Display for Kind {
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
