//! Which era a request belongs to, and whether it may be served in it.
//!
//! Spec: 2026-07-28, basic/versioning; 2025-11-25, basic/lifecycle.

use std::sync::Arc;

use super::in_flight::Target;
use super::legacy::Session;
use super::lists::Answer;
use super::{Connection, legacy, modern};
use crate::context::Caller;
use crate::jsonrpc::{ErrorObject, Request};
use crate::protocol::ProtocolVersion;

/// The longest `_meta` that is remembered, in bytes: most have some hundred.
const FAMILIAR: usize = 16 * 1024;

/// What becomes of a request.
pub(super) enum Admission {
    /// Its method is looked for.
    Serve(Admitted),
    /// It is answered already.
    Answer(Answer),
}

/// A request that may be served: under which version, and for whom.
pub(super) struct Admitted {
    pub(super) version: ProtocolVersion,
    pub(super) caller: Arc<Caller>,
}

impl Connection {
    /// Decides the era of a request, and whether it may be served in it.
    pub(super) fn admit(
        &mut self,
        request: &Request<'_>,
        target: Target,
    ) -> Result<Admission, ErrorObject> {
        let meta = request.params.get("_meta")?;
        if let Some(caller) = self.modern_caller(meta)? {
            let version = modern::admit(&caller.meta)?;
            return Ok(Admission::Serve(Admitted { version, caller }));
        }
        self.admit_legacy(request, meta, target)
    }

    /// Who sent a request that names its version, read again only if it differs from the last one.
    fn modern_caller(&mut self, meta: Option<&str>) -> Result<Option<Arc<Caller>>, ErrorObject> {
        let Some(json) = meta else { return Ok(None) };
        if let Some(last) = &self.last_caller
            && last.meta_json == json
        {
            return Ok(Some(Arc::clone(last)));
        }
        if !modern::names_version(json) {
            return Ok(None);
        }
        let caller = Arc::new(Caller::read(json, None)?);
        if caller.meta.protocol_version.is_none() {
            return Ok(None);
        }
        if json.len() <= FAMILIAR {
            self.last_caller = Some(Arc::clone(&caller));
        }
        Ok(Some(caller))
    }

    fn admit_legacy(
        &mut self,
        request: &Request<'_>,
        meta: Option<&str>,
        target: Target,
    ) -> Result<Admission, ErrorObject> {
        let offer = &self.served.offer;
        match (&*request.method, &self.session) {
            ("initialize", _) if target.is_some() => Err(ErrorObject::invalid_request(
                "invalid request: `initialize` stands alone, not in a batch",
            )),
            ("initialize", Session::Open { .. }) => Err(ErrorObject::invalid_request(
                "invalid request: this session is initialized already",
            )),
            ("initialize", Session::Closed) => {
                let session = Session::open(&request.params)?;
                let version = session.version().unwrap_or(legacy::NEWEST);
                self.session = session;
                Ok(Admission::Answer(offer.initialize(version)))
            }
            ("ping", _) => Ok(Admission::Answer(Answer::Empty)),
            ("logging/setLevel", Session::Open { caller, .. }) => {
                legacy::set_level(caller, &request.params)?;
                Ok(Admission::Answer(Answer::Empty))
            }
            ("server/discover" | "subscriptions/listen", _) | (_, Session::Closed) => {
                Err(modern::missing(meta))
            }
            (_, Session::Open { version, caller }) => {
                let caller = match meta {
                    None => Arc::clone(caller),
                    Some(json) => Arc::new(Caller::read(json, caller.session.clone())?),
                };
                Ok(Admission::Serve(Admitted { version: *version, caller }))
            }
        }
    }
}
