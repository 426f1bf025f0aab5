// The official TypeScript client goes through the tutorial with the built program, in each era it
// has.
//
//     node tutorial.mjs BINARY [--http]
//
// One line for each check, and a last one that counts them. Structured content is checked by the
// client itself, against the schema the tool publishes and with its formats, once it has listed
// the tools.

import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import {
  ANSWER_MS,
  MODES,
  besideFailures,
  check,
  listen,
  run,
  setAbout,
} from "./shared.mjs";

const MEMBERS = ["id", "title", "description", "priority", "status", "due_date", "created_at", "updated_at"];

const binary = resolve(process.argv[2]);

async function inFolder(step) {
  const folder = await mkdtemp(join(tmpdir(), "tutorial-"));
  try {
    await step(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A client, connected to a program on the database of this folder, and what it says on stderr. */
async function connect(folder, mode, { args = ["--db", join(folder, "tasks.db")], env } = {}) {
  const transport = new StdioClientTransport({ command: binary, args, env, stderr: "pipe" });
  const said = [];
  transport.stderr.on("data", (chunk) => said.push(chunk));
  const client = await connectBy(transport, mode, said);
  return { client, said: () => besideFailures(said.join("")) };
}

async function connectBy(transport, mode, said) {
  const client = new Client(
    { name: "tutorial", version: "1.0.0" },
    { versionNegotiation: { mode } },
  );
  client.onerror = (error) => said.push(`client: ${error}`);
  await client.connect(transport, { timeout: ANSWER_MS });
  return client;
}

/** The program over HTTP on the database of this folder. */
async function listenOn(folder, { address = "127.0.0.1:0", keys } = {}) {
  const args = ["--http", address, "--db", join(folder, "tasks.db")];
  if (keys) args.push("--keys-file", join(folder, keys));
  const { url, said, kill, end } = await listen(binary, args);
  return {
    client: (mode, log = said) => connectBy(new StreamableHTTPClientTransport(url), mode, log),
    address: url.host,
    kill,
    end,
  };
}

const options = { timeout: ANSWER_MS };

/** Calls a tool that does what it is asked for; returns its words and its data. */
async function call(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args }, options);
  assert.equal(result.content.length, 1);
  assert.ok(!result.isError, result.content[0].text);
  return { text: result.content[0].text, data: result.structuredContent };
}

/** Calls a tool that cannot do what it is asked for; returns its words. */
async function mistake(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args }, options);
  assert.equal(result.isError, true);
  assert.equal(result.structuredContent, undefined);
  return result.content[0].text;
}

/** Waits for a request that the protocol refuses; returns code, message and data. */
async function refused(request) {
  let result;
  try {
    result = await request;
  } catch (error) {
    return { code: error.code, message: error.message, data: error.data };
  }
  assert.fail(`got ${JSON.stringify(result)}, expected an error`);
}

async function read(client, uri) {
  const { contents } = await client.readResource({ uri }, options);
  assert.deepEqual([contents.length, contents[0].uri, contents[0].mimeType], [1, uri, "application/json"]);
  return JSON.parse(contents[0].text);
}

async function summary(client, days) {
  const { messages } = await client.getPrompt(
    { name: "task_summary_prompt", arguments: { date_range: days } },
    options,
  );
  assert.deepEqual([messages.length, messages[0].role], [1, "user"]);
  return messages[0].content.text;
}

/** Everything the tutorial does, on an empty database. */
async function tutorial(client, version) {
  await check("the server says who it is", async () => {
    assert.equal(client.getNegotiatedProtocolVersion(), version);
    assert.equal(client.getServerVersion().name, "task-manager");
    assert.ok(client.getInstructions());
  });

  await check("tools, resources and the prompt are listed", async () => {
    const { tools } = await client.listTools({}, options);
    const names = ["create_task", "list_tasks", "update_task", "delete_task", "get_task_stats"];
    assert.deepEqual(tools.map((tool) => tool.name), names);
    assert.ok(tools.every((tool) => tool.outputSchema.type === "object"));
    assert.deepEqual(tools[0].inputSchema.required, ["title"]);
    const { resources } = await client.listResources({}, options);
    assert.deepEqual(resources.map(({ uri }) => uri), ["tasks://all", "tasks://pending"]);
    const { prompts } = await client.listPrompts({}, options);
    assert.equal(prompts.length, 1);
    assert.deepEqual(
      prompts[0].arguments.map(({ name, required }) => [name, required]),
      [["date_range", true]],
    );
  });

  await check("an empty list says so", async () => {
    const { text, data } = await call(client, "list_tasks");
    assert.equal(text, "No tasks found matching the criteria.");
    assert.deepEqual(data, { tasks: [] });
    assert.equal((await call(client, "get_task_stats")).text, "No tasks in the system.");
    assert.deepEqual(await read(client, "tasks://all"), []);
  });

  await check("a task is created in words and in data", async () => {
    const full = await call(client, "create_task", {
      title: "Review the report",
      description: "Sections 1 to 4",
      priority: "high",
      due_date: "2026-12-01",
    });
    assert.equal(full.text, "Created task task_0001: 'Review the report' (priority: high)");
    assert.deepEqual(Object.keys(full.data), MEMBERS);
    assert.deepEqual(
      [full.data.id, full.data.status, full.data.due_date],
      ["task_0001", "pending", "2026-12-01"],
    );
    const bare = await call(client, "create_task", { title: "Book a room" });
    assert.equal(bare.text, "Created task task_0002: 'Book a room' (priority: medium)");
    assert.deepEqual([bare.data.description, bare.data.due_date], ["", null]);
  });

  await check("an update tells each change", async () => {
    const { text: created } = await call(client, "create_task", {
      title: "Pay the invoice",
      priority: "urgent",
    });
    assert.equal(created, "Created task task_0003: 'Pay the invoice' (priority: urgent)");
    const { text, data } = await call(client, "update_task", {
      task_id: "task_0003",
      status: "completed",
      priority: "low",
      description: "Twice",
    });
    assert.equal(
      text,
      "Updated task task_0003:\n" +
        "status: 'pending' → 'completed'\n" +
        "priority: 'urgent' → 'low'\n" +
        "description: '' → 'Twice'",
    );
    assert.deepEqual(data.changes[0], { field: "status", old: "pending", new: "completed" });
    assert.deepEqual([data.task.status, data.task.priority], ["completed", "low"]);
  });

  const first = "[task_0001] Review the report — pending (high priority) — due 2026-12-01";
  const second = "[task_0002] Book a room — pending (medium priority)";
  const third = "[task_0003] Pay the invoice — completed (low priority)";

  await check("a list is filtered and oldest first", async () => {
    const { text, data } = await call(client, "list_tasks");
    assert.equal(text, `Found 3 tasks:\n\n${first}\n${second}\n${third}`);
    assert.deepEqual(data.tasks.map(({ id }) => id), ["task_0001", "task_0002", "task_0003"]);
    const pending = await call(client, "list_tasks", { status: "pending", priority: "all" });
    assert.equal(pending.text, `Found 2 tasks:\n\n${first}\n${second}`);
    const none = await call(client, "list_tasks", { status: "completed", priority: "high" });
    assert.equal(none.text, "No tasks found matching the criteria.");
  });

  await check("statistics count by status and by priority", async () => {
    const { text, data } = await call(client, "get_task_stats");
    assert.equal(
      text,
      "Task Statistics (Total: 3)\n\n" +
        "By Status:\n  pending: 2\n  completed: 1\n\n" +
        "By Priority:\n  low: 1\n  medium: 1\n  high: 1",
    );
    assert.deepEqual(data.by_status, { pending: 2, in_progress: 0, completed: 1 });
  });

  await check("both resources are tasks as JSON", async () => {
    const tasks = await read(client, "tasks://all");
    assert.deepEqual(tasks.map((task) => Object.keys(task)), [MEMBERS, MEMBERS, MEMBERS]);
    assert.deepEqual(await read(client, "tasks://pending"), tasks.slice(0, 2));
  });

  await check("the prompt brings the tasks of its days", async () => {
    const day = (await summary(client, "2026-12-01..2026-12-01")).split("\n");
    assert.ok(day.includes(first) && !day.includes(second), day.join("\n"));
    const days = (await summary(client, "last_7_days")).split("\n");
    assert.ok(days.includes(first) && days.includes(third), days.join("\n"));
  });

  await check("an unknown task is answered with the nearest", async () => {
    for (const [name, more] of [["update_task", { status: "completed" }], ["delete_task", {}]]) {
      assert.equal(
        await mistake(client, name, { task_id: "task_0009", ...more }),
        "no task `task_0009`; the nearest is `task_0003` 'Pay the invoice'; " +
          "list_tasks shows every id",
      );
    }
  });

  await check("bad, unknown and missing arguments are answered with what fits", async () => {
    assert.equal(
      await mistake(client, "list_tasks", { status: "done", priorty: "high" }),
      "2 arguments of `list_tasks` do not fit:\n" +
        '- `status`: expected one of pending, in_progress, completed, all; got "done"\n' +
        "- `priorty`: unknown; did you mean `priority`?",
    );
    assert.equal(
      await mistake(client, "create_task"),
      "1 argument of `create_task` does not fit:\n- `title`: missing",
    );
  });

  await check("an update of nothing says what it takes", async () => {
    assert.equal(
      await mistake(client, "update_task", { task_id: "task_0001" }),
      "nothing to change; give at least one of `status`, `priority`, `description`",
    );
  });

  await check("what does not exist is an error of the protocol", async () => {
    const tool = await refused(client.callTool({ name: "delete_taks" }, options));
    assert.equal(tool.code, -32602);
    assert.match(tool.message, /unknown tool: delete_taks; did you mean delete_task\?$/);
    const resource = await refused(client.readResource({ uri: "tasks://done" }, options));
    // The client gives the code of either era as the one of the modern era.
    assert.equal(resource.code, -32602);
    assert.equal(resource.data.uri, "tasks://done");
    assert.match(resource.message, /resource not found/);
    const prompt = await refused(client.getPrompt({ name: "summary" }, options));
    assert.equal(prompt.code, -32602);
    const days = await refused(summary(client, "tomorrow"));
    assert.equal(days.code, -32602);
    assert.match(days.message, /expected today, this_week, last_7_days/);
  });

  await check("a deleted task is gone and its id stays unused", async () => {
    const { text } = await call(client, "delete_task", { task_id: "task_0003" });
    assert.equal(text, "Deleted task task_0003: 'Pay the invoice'");
    const another = await call(client, "create_task", { title: "Another" });
    assert.equal(another.text, "Created task task_0004: 'Another' (priority: medium)");
  });
}

async function everythingOverHttp() {
  for (const [name, mode, version] of MODES) {
    setAbout(`http ${name}`);
    await inFolder((folder) =>
      check("the program listens, ends at once and logs failed calls alone", async () => {
        const listener = await listenOn(folder);
        const client = await listener.client(mode);
        await tutorial(client, version);
        await client.close();
        const ending = performance.now();
        await listener.end();
        const took = performance.now() - ending;
        assert.ok(took < 2000, `it took ${took} ms to end`);
      }),
    );
  }

  setAbout("http two");
  await inFolder((folder) =>
    check("clients at once see one list", async () => {
      const listener = await listenOn(folder);
      const clients = await Promise.all(["auto", "auto", "auto"].map((mode) => listener.client(mode)));
      await Promise.all(clients.map((client) => call(client, "create_task", { title: "Some" })));
      for (const client of clients) {
        const ids = (await read(client, "tasks://all")).map(({ id }) => id);
        assert.deepEqual(ids, ["task_0001", "task_0002", "task_0003"]);
      }
      await Promise.all(clients.map((client) => client.close()));
      await listener.end();
    }),
  );
  await restart();
}

// The client does not initialize by itself: with other keys its session is gone.
async function restart() {
  setAbout("http restart");
  const claims = [["keys", "survives"], ["others", "does not survive other keys than those of"]];
  for (const [keys, claim] of claims) {
    await inFolder((folder) =>
      check(`a session ${claim} kill -9`, async () => {
        const first = await listenOn(folder, { keys: "keys" });
        // It notices that its connection breaks.
        const client = await first.client("legacy", []);
        await call(client, "create_task", { title: "Review the report" });
        await first.kill();
        const second = await listenOn(folder, { address: first.address, keys });
        const next = call(client, "create_task", { title: "Send it" });
        if (keys === "keys") {
          const { text } = await next;
          assert.equal(text, "Created task task_0002: 'Send it' (priority: medium)");
        } else {
          await refused(next);
        }
        await client.close();
        await second.end();
      }),
    );
  }
}

async function everything() {
  for (const [name, mode, version] of MODES) {
    setAbout(name);
    await inFolder((folder) =>
      check("the program starts, ends at once and logs failed calls alone", async () => {
        const { client, said } = await connect(folder, mode);
        await tutorial(client, version);
        const ending = performance.now();
        await client.close();
        const took = performance.now() - ending;
        // Beyond two seconds the client sends a signal.
        assert.ok(took < 2000, `it took ${took} ms to end`);
        assert.equal(said(), "");
        assert.deepEqual(await readdir(folder), ["tasks.db"]);
      }),
    );
  }

  setAbout("two");
  await inFolder((folder) =>
    check("clients that start at once on an empty database see one list", async () => {
      const all = await Promise.all(["auto", "legacy", "auto"].map((mode) => connect(folder, mode)));
      const clients = all.map(({ client }) => client);
      await Promise.all(clients.map((client) => call(client, "create_task", { title: "Some" })));
      for (const client of clients) {
        const ids = (await read(client, "tasks://all")).map(({ id }) => id);
        assert.deepEqual(ids, ["task_0001", "task_0002", "task_0003"]);
      }
      await Promise.all(clients.map((client) => client.close()));
      assert.equal(all.map(({ said }) => said()).join(""), "");
    }),
  );

  setAbout("home");
  await inFolder((home) =>
    check("HOME alone tells where to keep tasks", async () => {
      const { client } = await connect(home, "auto", { args: [], env: { HOME: home } });
      await call(client, "create_task", { title: "Review the report" });
      await client.close();
      const kept = await readdir(join(home, ".local/share/task-server"));
      assert.deepEqual(kept, ["tasks.db"]);
    }),
  );
}

await run(process.argv[3] === "--http" ? everythingOverHttp : everything);
