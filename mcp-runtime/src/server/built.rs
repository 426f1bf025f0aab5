//! What a server is, whatever its state; and the same checked.

use std::sync::Arc;
#[cfg(feature = "http")]
use std::sync::OnceLock;

use super::BuildError;
use crate::ask::Kept;
use crate::call::{AnyState, Shared};
use crate::dispatch::{Offer, Restriction, Served, Switch};
use crate::handler::Handler;
#[cfg(feature = "http")]
use crate::keys::Keys;
use crate::limits::Limits;
use crate::notify::{Background, BackgroundTask, Bus};
use crate::protocol::Implementation;
use crate::router::Router;

/// What a server is, whatever its state.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) identity: Implementation,
    pub(super) instructions: Option<String>,
    pub(super) handlers: Vec<Handler>,
    pub(super) limits: Limits,
    pub(super) bus: Arc<Bus>,
    pub(super) switch: Option<Switch>,
    pub(super) background: Vec<BackgroundTask>,
    #[cfg(feature = "http")]
    pub(super) keys: Option<Keys>,
}

/// A server whose state is still to come.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) offer: Offer,
    limits: Limits,
    bus: Arc<Bus>,
    background: Vec<BackgroundTask>,
}

impl Description {
    pub(super) fn build(self, restriction: &Restriction) -> Result<Built, BuildError> {
        let Self { identity, instructions, handlers, limits, bus, switch, background, .. } = self;
        let router = Router::build(handlers).map_err(BuildError)?;
        let offer = Offer::new(router, identity, instructions, switch.as_ref(), restriction);
        Ok(Built { offer: offer.map_err(BuildError)?, limits, bus, background })
    }
}

impl Built {
    pub(super) fn serve(self, state: AnyState) -> Served {
        let Self { offer, limits, bus, background } = self;
        let background = Background::new(background);
        Served {
            offer,
            shared: Arc::new(Shared { state, bus }),
            limits,
            background,
            kept: Kept::default(),
            #[cfg(feature = "http")]
            keys: OnceLock::new(),
        }
    }
}
