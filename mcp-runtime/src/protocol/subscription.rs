//! Hearing of changes: `resources/subscribe` up to 2025-11-25, `subscriptions/listen` from
//! 2026-07-28.

use serde::{Deserialize, Serialize};

use super::meta::{JsonObject, RequestId, SUBSCRIPTION_ID};

/// The changes a client wants to hear of, or a server will tell; since 2026-07-28.
///
/// ```json
/// {"toolsListChanged": true, "resourceSubscriptions": ["file:///project/config.json"]}
/// ```
///
/// Spec: 2026-07-28, basic/patterns/subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionFilter {
    /// The list of tools; absent means `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools_list_changed: Option<bool>,
    /// The list of prompts; absent means `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompts_list_changed: Option<bool>,
    /// The list of resources; absent means `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources_list_changed: Option<bool>,
    /// Single resources, by address; absent means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_subscriptions: Option<Vec<String>>,
}

/// The params of `subscriptions/listen`.
///
/// Spec: 2026-07-28, basic/patterns/subscriptions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SubscriptionsListenRequestParams {
    /// What the client wants to hear of.
    pub notifications: SubscriptionFilter,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `notifications/subscriptions/acknowledged`, the first message of a
/// subscription.
///
/// Spec: 2026-07-28, basic/patterns/subscriptions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SubscriptionsAcknowledgedNotificationParams {
    /// What the server will tell of what the client wanted to hear.
    pub notifications: SubscriptionFilter,
    /// The notification's `_meta`, with the subscription's id.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of `subscriptions/listen`, sent when the server ends the subscription.
///
/// ```json
/// {"_meta": {"io.modelcontextprotocol/subscriptionId": "listen-1"}}
/// ```
///
/// Spec: 2026-07-28, basic/patterns/subscriptions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SubscriptionsListenResult {
    /// The result's `_meta`, with the subscription's id.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

impl SubscriptionsListenResult {
    /// The end of the subscription that the request with this id began.
    pub fn new(subscription_id: RequestId) -> Self {
        let meta = JsonObject::from_iter([(SUBSCRIPTION_ID.to_owned(), subscription_id.into())]);
        Self { meta: Some(meta) }
    }
}

/// The params of `notifications/resources/updated`.
///
/// Spec: 2026-07-28, server/resources, Subscriptions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ResourceUpdatedNotificationParams {
    /// Which resource: one that was subscribed to, or one below it.
    pub uri: String,
    /// The notification's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `resources/subscribe`.
///
/// Spec: 2025-11-25, server/resources, Subscriptions. Gone in 2026-07-28.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SubscribeRequestParams {
    /// Which resource.
    pub uri: String,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `resources/unsubscribe`.
///
/// Spec: 2025-11-25, server/resources, Subscriptions. Gone in 2026-07-28.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UnsubscribeRequestParams {
    /// Which resource.
    pub uri: String,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
