//! What is offered: the tools, the resources, the prompts, and who offers them.

use std::fmt::Display;

use rmcp::model::{
    Implementation, ListResourcesResult, PaginatedRequestParams, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, Resource, ResourceContents, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, prompt_handler, tool_handler};
use serde_json::json;
use task_server::store::Store;

pub(crate) struct TaskServer {
    pub(crate) store: Store,
}

#[tool_handler]
#[prompt_handler]
impl ServerHandler for TaskServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .build();
        let server = Implementation::new("task-manager", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities)
            .with_server_info(server.with_title("Task manager"))
            .with_instructions(
                "A to-do list that every AI client on this machine shares: what one client writes, \
                 the others see at once. A task has an id such as task_0001, a title, a status \
                 (pending, in_progress, completed), a priority (low, medium, high, urgent), and \
                 may have a description and a due date. Ids never change and are never used again; \
                 list_tasks shows them. Set a task to in_progress when work on it begins and to \
                 completed when it is done; delete_task is for tasks that should never have been \
                 there.",
            )
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![
            Resource::new("tasks://all", "All Tasks")
                .with_description("Every task in the system, oldest first.")
                .with_mime_type("application/json"),
            Resource::new("tasks://pending", "Pending Tasks")
                .with_description("Tasks that have not been started yet, oldest first.")
                .with_mime_type("application/json"),
        ]))
    }

    async fn read_resource(
        &self,
        ReadResourceRequestParams { uri, .. }: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let tasks = match uri.as_str() {
            "tasks://all" => self.store.all().await,
            "tasks://pending" => self.store.pending().await,
            _ => {
                let data = json!({ "uri": uri });
                return Err(ErrorData::resource_not_found("resource not found", Some(data)));
            }
        };
        let text = serde_json::to_string(&tasks.map_err(internal)?).map_err(internal)?;
        let contents = ResourceContents::text(text, uri).with_mime_type("application/json");
        Ok(ReadResourceResult::new(vec![contents]).into())
    }
}

/// A failure of the server itself, as a protocol error.
pub(crate) fn internal(error: impl Display) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}
