"""The official Python SDK goes through the tutorial with the built program, in each era it has.

    python3 tutorial.py BINARY [--http]

One line for each check, and a last one that counts them. Structured content is checked by the
SDK itself, against the schema the tool publishes.
"""

import json
import os
import sys
import tempfile
import time
from urllib.parse import urlsplit

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from shared import ANSWER_SECONDS, MODES, Listener, Tally, beside_failures, same

MEMBERS = ["id", "title", "description", "priority", "status", "due_date", "created_at", "updated_at"]


class Program:
    """The program under test, on one database, and what it says on stderr."""

    def __init__(self, binary, folder, arguments=None, env=None):
        arguments = ["--db", os.path.join(folder, "tasks.db")] if arguments is None else arguments
        self.parameters = StdioServerParameters(command=binary, args=arguments, env=env)
        self.stderr = tempfile.TemporaryFile("w+", encoding="utf-8")

    def client(self, mode):
        transport = stdio_client(self.parameters, errlog=self.stderr)
        return Client(transport, mode=mode, read_timeout_seconds=ANSWER_SECONDS)

    def said(self):
        self.stderr.seek(0)
        return beside_failures(self.stderr.read())


def http_arguments(folder, address="127.0.0.1:0", keys=None):
    keys = ["--keys-file", os.path.join(folder, keys)] if keys else []
    return ["--http", address, "--db", os.path.join(folder, "tasks.db"), *keys]


def http_client(listener, mode):
    return Client(listener.url, mode=mode, read_timeout_seconds=ANSWER_SECONDS)


async def call(client, name, **arguments):
    """Calls a tool that does what it is asked for; returns its words and its data."""
    result = await client.call_tool(name, arguments)
    [block] = result.content
    same(result.is_error or False, False)
    return block.text, result.structured_content


async def mistake(client, name, **arguments):
    """Calls a tool that cannot do what it is asked for; returns its words."""
    result = await client.call_tool(name, arguments)
    [block] = result.content
    same(result.is_error, True)
    same(result.structured_content, None)
    return block.text


async def refused(request):
    """Makes a request that the protocol refuses; returns code and message."""
    try:
        result = await request
    except MCPError as error:
        return error.error.code, error.error.message
    raise AssertionError(f"got {result!r}, expected an error")


async def read(client, uri):
    [content] = (await client.read_resource(uri)).contents
    same(str(content.uri), uri)
    same(content.mime_type, "application/json")
    return json.loads(content.text)


async def summary(client, days):
    result = await client.get_prompt("task_summary_prompt", {"date_range": days})
    [message] = result.messages
    same(message.role, "user")
    return message.content.text


async def tutorial(client, mode, check):
    """Everything the tutorial does, on an empty database."""
    version = MODES[mode]

    with check("the server says who it is"):
        same(client.protocol_version, version)
        # A client that is told the version asks nothing at the start.
        if mode != version:
            same(client.server_info.name, "task-manager")
            assert client.instructions

    with check("tools, resources and the prompt are listed"):
        tools = (await client.list_tools()).tools
        names = ["create_task", "list_tasks", "update_task", "delete_task", "get_task_stats"]
        same([tool.name for tool in tools], names)
        assert all(tool.output_schema["type"] == "object" for tool in tools)
        same(tools[0].input_schema["required"], ["title"])
        resources = (await client.list_resources()).resources
        same([str(resource.uri) for resource in resources], ["tasks://all", "tasks://pending"])
        [prompt] = (await client.list_prompts()).prompts
        same([(a.name, a.required) for a in prompt.arguments], [("date_range", True)])

    with check("an empty list says so"):
        text, data = await call(client, "list_tasks")
        same(text, "No tasks found matching the criteria.")
        same(data, {"tasks": []})
        text, data = await call(client, "get_task_stats")
        same(text, "No tasks in the system.")
        same(await read(client, "tasks://all"), [])

    with check("a task is created in words and in data"):
        text, task = await call(
            client,
            "create_task",
            title="Review the report",
            description="Sections 1 to 4",
            priority="high",
            due_date="2026-12-01",
        )
        same(text, "Created task task_0001: 'Review the report' (priority: high)")
        same(list(task), MEMBERS)
        same([task["id"], task["status"], task["due_date"]], ["task_0001", "pending", "2026-12-01"])
        text, task = await call(client, "create_task", title="Book a room")
        same(text, "Created task task_0002: 'Book a room' (priority: medium)")
        same([task["description"], task["due_date"]], ["", None])

    with check("an update tells each change"):
        text, _ = await call(client, "create_task", title="Pay the invoice", priority="urgent")
        same(text, "Created task task_0003: 'Pay the invoice' (priority: urgent)")
        text, data = await call(
            client,
            "update_task",
            task_id="task_0003",
            status="completed",
            priority="low",
            description="Twice",
        )
        same(
            text,
            "Updated task task_0003:\n"
            "status: 'pending' → 'completed'\n"
            "priority: 'urgent' → 'low'\n"
            "description: '' → 'Twice'",
        )
        same(data["changes"][0], {"field": "status", "old": "pending", "new": "completed"})
        same([data["task"]["status"], data["task"]["priority"]], ["completed", "low"])

    with check("a list is filtered and oldest first"):
        first = "[task_0001] Review the report — pending (high priority) — due 2026-12-01"
        second = "[task_0002] Book a room — pending (medium priority)"
        third = "[task_0003] Pay the invoice — completed (low priority)"
        text, data = await call(client, "list_tasks")
        same(text, f"Found 3 tasks:\n\n{first}\n{second}\n{third}")
        same([task["id"] for task in data["tasks"]], ["task_0001", "task_0002", "task_0003"])
        text, _ = await call(client, "list_tasks", status="pending", priority="all")
        same(text, f"Found 2 tasks:\n\n{first}\n{second}")
        text, _ = await call(client, "list_tasks", status="completed", priority="high")
        same(text, "No tasks found matching the criteria.")

    with check("statistics count by status and by priority"):
        text, data = await call(client, "get_task_stats")
        same(
            text,
            "Task Statistics (Total: 3)\n\n"
            "By Status:\n  pending: 2\n  completed: 1\n\n"
            "By Priority:\n  low: 1\n  medium: 1\n  high: 1",
        )
        same(data["by_status"], {"pending": 2, "in_progress": 0, "completed": 1})

    with check("both resources are tasks as JSON"):
        tasks = await read(client, "tasks://all")
        same([list(task) for task in tasks], [MEMBERS] * 3)
        same(await read(client, "tasks://pending"), tasks[:2])

    with check("the prompt brings the tasks of its days"):
        text = await summary(client, "2026-12-01..2026-12-01")
        assert first in text.splitlines() and second not in text.splitlines(), text
        text = await summary(client, "last_7_days")
        assert first in text.splitlines() and third in text.splitlines(), text

    with check("an unknown task is answered with the nearest"):
        for name in ("update_task", "delete_task"):
            more = {"status": "completed"} if name == "update_task" else {}
            same(
                await mistake(client, name, task_id="task_0009", **more),
                "no task `task_0009`; the nearest is `task_0003` 'Pay the invoice'; "
                "list_tasks shows every id",
            )

    with check("bad, unknown and missing arguments are answered with what fits"):
        same(
            await mistake(client, "list_tasks", status="done", priorty="high"),
            "2 arguments of `list_tasks` do not fit:\n"
            "- `status`: expected one of pending, in_progress, completed, all; got \"done\"\n"
            "- `priorty`: unknown; did you mean `priority`?",
        )
        same(
            await mistake(client, "create_task"),
            "1 argument of `create_task` does not fit:\n- `title`: missing",
        )

    with check("an update of nothing says what it takes"):
        same(
            await mistake(client, "update_task", task_id="task_0001"),
            "nothing to change; give at least one of `status`, `priority`, `description`",
        )

    with check("what does not exist is an error of the protocol"):
        code, message = await refused(client.call_tool("delete_taks", {}))
        same((code, message), (-32602, "unknown tool: delete_taks; did you mean delete_task?"))
        code, message = await refused(client.read_resource("tasks://done"))
        same(code, -32002 if version < "2026" else -32602)
        assert message.startswith("resource not found"), message
        code, message = await refused(client.get_prompt("summary", {}))
        same(code, -32602)
        code, message = await refused(summary(client, "tomorrow"))
        same(code, -32602)
        assert "expected today, this_week, last_7_days" in message, message

    with check("a deleted task is gone and its id stays unused"):
        text, _ = await call(client, "delete_task", task_id="task_0003")
        same(text, "Deleted task task_0003: 'Pay the invoice'")
        text, _ = await call(client, "create_task", title="Another")
        same(text, "Created task task_0004: 'Another' (priority: medium)")


async def everything_over_http(binary, tally):
    for mode in MODES:
        tally.about = f"http {mode}"
        with tempfile.TemporaryDirectory() as folder:
            with tally.check("the program listens, ends at once and logs failed calls alone"):
                listener = Listener(binary, http_arguments(folder))
                async with http_client(listener, mode) as client:
                    await tutorial(client, mode, tally.check)
                ending = time.monotonic()
                same(listener.end(), (0, ""))
                took = time.monotonic() - ending
                assert took < 2, f"it took {took:.1f} s to end"

    tally.about = "http two"
    with tempfile.TemporaryDirectory() as folder, tally.check("two clients see one list"):
        listener = Listener(binary, http_arguments(folder))
        first, second = http_client(listener, "auto"), http_client(listener, "2026-07-28")
        async with first as one, second as other:
            _, task = await call(one, "create_task", title="Review the report")
            same(await read(other, "tasks://all"), [task])
            await call(other, "delete_task", task_id=task["id"])
            same(await read(one, "tasks://all"), [])
        same(listener.end(), (0, ""))


    # The client does not initialize by itself: with other keys its session is gone.
    for keys, claim in [("keys", "survives"), ("others", "does not survive other keys than those of")]:
        tally.about = "http restart"
        with tempfile.TemporaryDirectory() as folder, tally.check(f"a session {claim} kill -9"):
            listener = Listener(binary, http_arguments(folder, keys="keys"))
            address = urlsplit(listener.url).netloc
            async with http_client(listener, "legacy") as client:
                await call(client, "create_task", title="Review the report")
                listener.kill()
                listener = Listener(binary, http_arguments(folder, address, keys))
                if keys == "keys":
                    text, _ = await call(client, "create_task", title="Send it")
                    same(text, "Created task task_0002: 'Send it' (priority: medium)")
                else:
                    await refused(call(client, "create_task", title="Send it"))
            same(listener.end(), (0, ""))


async def everything(binary, tally):
    for mode in MODES:
        tally.about = mode
        with tempfile.TemporaryDirectory() as folder:
            program = Program(binary, folder)
            with tally.check("the program starts, ends at once and logs failed calls alone"):
                async with program.client(mode) as client:
                    await tutorial(client, mode, tally.check)
                    ending = time.monotonic()
                took = time.monotonic() - ending
                # Beyond two seconds the SDK sends a signal.
                assert took < 2, f"it took {took:.1f} s to end"
                same(program.said(), "")

    tally.about = "two"
    with tempfile.TemporaryDirectory() as folder, tally.check("clients of both eras see one list"):
        one, other = Program(binary, folder), Program(binary, folder)
        async with one.client("legacy") as legacy, other.client("2026-07-28") as modern:
            _, task = await call(legacy, "create_task", title="Review the report")
            same(await read(modern, "tasks://all"), [task])
            await call(modern, "delete_task", task_id=task["id"])
            same(await read(legacy, "tasks://all"), [])

    tally.about = "home"
    with tempfile.TemporaryDirectory() as home, tally.check("HOME alone tells where to keep tasks"):
        program = Program(binary, home, arguments=[], env={"HOME": home})
        async with program.client("auto") as client:
            await call(client, "create_task", title="Review the report")
        same(os.listdir(os.path.join(home, ".local/share/task-server")), ["tasks.db"])


way = everything_over_http if "--http" in sys.argv[2:] else everything
checks = Tally("python")
checks.run(way(os.path.abspath(sys.argv[1]), checks))
