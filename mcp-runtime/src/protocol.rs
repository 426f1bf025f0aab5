//! The spec's vocabulary as plain data: one file per page of the specification.
//!
//! The types are the superset of all revisions: a member that a revision does not know is an
//! `Option` or an empty list, which is then left out. Which of them a client may see is decided
//! where the era is decided, not here; the same goes for what only the modern envelope carries
//! (`resultType`, `ttlMs`, `cacheScope`, the server's identity in `_meta`).
//!
//! Reading is lenient: unknown members are ignored, since no schema of the specification is
//! closed. Writing is exact: absent members are left out and never `null`. Every type goes both
//! ways, for what a server sends a client reads.
//!
//! Names are those of the specification's schema, with one exception: what a list method
//! publishes is a descriptor here ([`ToolDescriptor`] is the schema's `Tool`).

// In reading order; the empty lines keep rustfmt from sorting them.
pub mod version;

pub mod meta;

pub mod capability;

pub mod lifecycle;

pub mod content;

pub mod tool;

pub mod resource;

pub mod prompt;

pub mod pagination;

pub mod completion;

pub mod elicitation;

pub mod sampling;

pub mod client;

pub mod subscription;

pub mod notification;

pub use self::capability::{
    ClientCapabilities, ElicitationCapability, PromptsCapability, ResourcesCapability,
    RootsCapability, SamplingCapability, ServerCapabilities, ToolsCapability,
};
pub use self::client::{
    InputRequest, InputRequests, InputRequiredResult, InputResponses, ListRootsResult, Root,
};
pub use self::completion::{
    CompleteRequestParams, CompleteResult, Completion, CompletionArgument, CompletionContext,
    CompletionReference, PromptReference, ResourceTemplateReference,
};
pub use self::content::{
    Annotations, AudioContent, ContentBlock, EmbeddedResource, ImageContent, Role, TextContent,
};
pub(crate) use self::elicitation::FormSchemas;
pub use self::elicitation::{
    ElicitAction, ElicitMode, ElicitRequestFormParams, ElicitRequestParams, ElicitRequestURLParams,
    ElicitResult,
};
pub use self::lifecycle::{
    DiscoverResult, EmptyResult, Icon, IconTheme, Implementation, InitializeRequestParams,
    InitializeResult,
};
pub use self::meta::{JsonObject, ProgressToken, RequestId, RequestMeta, RequestParams};
pub use self::notification::{
    CancelledNotificationParams, LoggingLevel, LoggingMessageNotificationParams,
    NotificationParams, ProgressNotificationParams, SetLevelRequestParams,
};
pub use self::pagination::PaginatedRequestParams;
pub use self::prompt::{
    GetPromptRequestParams, GetPromptResult, ListPromptsResult, PromptArgument, PromptDescriptor,
    PromptMessage,
};
pub use self::resource::{
    BlobResourceContents, ListResourceTemplatesResult, ListResourcesResult,
    ReadResourceRequestParams, ReadResourceResult, ResourceContents, ResourceDescriptor,
    ResourceTemplateDescriptor, TextResourceContents,
};
pub use self::sampling::{
    CreateMessageRequestParams, CreateMessageResult, IncludeContext, ModelHint, ModelPreferences,
    SamplingContent, SamplingMessage, SamplingMessageContentBlock, ToolChoice, ToolChoiceMode,
    ToolResultContent, ToolUseContent,
};
pub use self::subscription::{
    ResourceUpdatedNotificationParams, SubscribeRequestParams, SubscriptionFilter,
    SubscriptionsAcknowledgedNotificationParams, SubscriptionsListenRequestParams,
    SubscriptionsListenResult, UnsubscribeRequestParams,
};
pub use self::tool::{
    CallToolRequestParams, CallToolResult, ListToolsResult, ToolAnnotations, ToolDescriptor,
};
pub use self::version::ProtocolVersion;
