//! What is told without being asked: cancellation, progress, log messages, changed lists.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::meta::{JsonObject, ProgressToken, RequestId};

/// The params of a notification that says no more than its name, such as
/// `notifications/tools/list_changed`.
///
/// Spec: 2026-07-28, schema, `NotificationParams`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NotificationParams {
    /// The notification's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `notifications/cancelled`.
///
/// ```json
/// {"requestId": "123", "reason": "User requested cancellation"}
/// ```
///
/// Spec: 2026-07-28, basic/patterns/cancellation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelledNotificationParams {
    /// Which request. The schema of 2025-11-25 lets it be absent, for tasks that this crate
    /// does not offer.
    pub request_id: RequestId,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The notification's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `notifications/progress`.
///
/// ```json
/// {"progressToken": "oivaizmir", "progress": 50, "total": 100, "message": "Reticulating splines"}
/// ```
///
/// Spec: 2026-07-28, basic/patterns/progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgressNotificationParams {
    /// The token the request came with.
    pub progress_token: ProgressToken,
    /// How far it is; more than the last time.
    pub progress: f64,
    /// How far it goes, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// What it is doing, for people; since 2025-03-26.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The notification's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// How grave a log message is; graver levels are greater.
///
/// Spec: 2026-07-28, server/utilities/logging, Log Levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoggingLevel {
    /// Details for debugging.
    Debug,
    /// What usually happens.
    Info,
    /// What usually happens and matters.
    Notice,
    /// Something is not as it should be.
    Warning,
    /// Something failed.
    Error,
    /// A part failed.
    Critical,
    /// Somebody must act at once.
    Alert,
    /// Nothing works.
    Emergency,
}

/// The params of `notifications/message`.
///
/// ```json
/// {"level": "error", "logger": "database", "data": {"error": "Connection failed"}}
/// ```
///
/// Spec: 2026-07-28, server/utilities/logging.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggingMessageNotificationParams {
    /// How grave it is.
    pub level: LoggingLevel,
    /// Which part says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logger: Option<String>,
    /// What it says: a text or any other JSON.
    pub data: Value,
    /// The notification's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `logging/setLevel`.
///
/// Spec: 2025-11-25, server/utilities/logging. Gone in 2026-07-28, where each request says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetLevelRequestParams {
    /// From which level on messages are wanted.
    pub level: LoggingLevel,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
