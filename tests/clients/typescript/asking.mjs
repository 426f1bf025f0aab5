// A user answers the questions of two servers, by the official TypeScript client, in each era it
// has.
//
//     node asking.mjs EXAMPLE PROBE [--http]
//
// EXAMPLE is the example `asking` of mcp-runtime, PROBE is `probe-server` or, with --http,
// `http-probe`. What a user sees and what a tool answers are the same in each era and over each
// transport.

import assert from "node:assert/strict";
import { resolve } from "node:path";
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

const [example, prober] = process.argv.slice(2, 4).map((program) => resolve(program));
const isHttp = process.argv[4] === "--http";

const accept = (content) => ({ action: "accept", content });
const YES = accept({ confirm: true });
const NO = accept({ confirm: false });
const ACCEPT_NOTHING = { action: "accept" };
const DECLINE = { action: "decline" };
const CANCEL = { action: "cancel" };

const WHO = "Who sees Hamlet?";
const WHO_AGAIN = "Who sees Hamlet?\n\n`name`: missing";

/**
 * Whether the client has taken progress for late. It handles notifications after the responses that
 * it has read together with them, and then no longer knows the request. Over stdio both often come
 * in one write.
 */
function isLate(error) {
  return !isHttp && error.message.startsWith("Received a progress notification for an unknown token");
}

/** A client whose user gives the answers that a check has prepared. */
class Asked {
  answers = [];
  asked = [];
  told = [];

  async connect(transport, mode, said) {
    this.client = new Client(
      { name: "asking", version: "1.0.0" },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
    );
    this.client.onerror = (error) => {
      if (!isLate(error)) said.push(`client: ${error}`);
    };
    this.client.setRequestHandler("elicitation/create", ({ params }) => {
      this.asked.push(params.message);
      return this.answers.shift() ?? CANCEL;
    });
    await this.client.connect(transport, { timeout: ANSWER_MS });
    return this;
  }

  version() {
    return this.client.getNegotiatedProtocolVersion();
  }

  /** The client aborts what it has not been told the arrival of: a call may be answered before the
   *  POST of the user's answer is, and the client reports that as an error. */
  async close() {
    this.client.onerror = undefined;
    await this.client.close();
  }

  /** Calls a tool; the questions must be those of the conversation, in its order. */
  async #call(name, args, conversation) {
    this.asked = [];
    this.told = [];
    this.answers = conversation.map(([, answer]) => answer);
    const onprogress = ({ progress, total, message }) => {
      // The client reports each round as progress as well, without a total.
      if (total !== undefined) this.told.push([progress, total, message]);
    };
    const options = { timeout: ANSWER_MS, onprogress };
    const result = await this.client.callTool({ name, arguments: args }, options);
    assert.deepEqual(this.asked, conversation.map(([message]) => message));
    assert.equal(result.content.length, 1);
    const [{ text }] = result.content;
    return { isError: result.isError ?? false, text, data: result.structuredContent };
  }

  async text(name, args, ...conversation) {
    const { isError, text } = await this.#call(name, args, conversation);
    assert.ok(!isError, text);
    return text;
  }

  async data(name, args, ...conversation) {
    const { isError, text, data } = await this.#call(name, args, conversation);
    assert.ok(!isError, text);
    return data;
  }

  async failure(name, args, ...conversation) {
    const { isError, text } = await this.#call(name, args, conversation);
    assert.ok(isError, text);
    return text;
  }
}

/** The example: a form, then a confirmation. Each call holds one seat, in whatever rounds. */
async function book(user) {
  const hamlet = { play: "Hamlet" };
  const ada = accept({ name: "Ada" });

  await check("a form and a confirmation are accepted", async () => {
    const student = accept({ name: "Ada", price: "reduced" });
    const sure = "Book seat 1 for Ada (Reduced)?";
    const said = await user.text("book", hamlet, [WHO, student], [sure, YES]);
    assert.equal(said, "Ada has seat 1 in Hamlet");
    const steps = [[1, 3, "seat 1 is held"], [2, 3, "the guest is Ada"], [3, 3, "booked"]];
    // The function runs again for each answer.
    const again = user.version() < "2026" ? [] : [...steps.slice(0, 1), ...steps.slice(0, 2)];
    // A report that another one follows within 10 ms may be left out.
    const whole = [...again, ...steps];
    if (isHttp && user.told.length < whole.length) whole.splice(-2, 1);
    if (isHttp) assert.deepEqual(user.told, whole);
  });

  await check("a form is declined and cancelled", async () => {
    assert.equal(await user.text("book", hamlet, [WHO, DECLINE]), "seat 2 is free again");
    assert.equal(await user.text("book", hamlet, [WHO, CANCEL]), "seat 3 is free again");
  });

  await check("a confirmation is declined, cancelled and answered with no", async () => {
    for (const [seat, answer] of [[4, DECLINE], [5, CANCEL], [6, NO]]) {
      const sure = `Book seat ${seat} for Ada (Full)?`;
      const said = await user.text("book", hamlet, [WHO, ada], [sure, answer]);
      assert.equal(said, `seat ${seat} is free again`);
    }
  });

  await check("an answer without content is asked again once", async () => {
    const sure = "Book seat 7 for Ada (Full)?";
    const talk = [[WHO, ACCEPT_NOTHING], [WHO_AGAIN, ada], [sure, YES]];
    assert.equal(await user.text("book", hamlet, ...talk), "Ada has seat 7 in Hamlet");
    const twice = [[WHO, ACCEPT_NOTHING], [WHO_AGAIN, ACCEPT_NOTHING]];
    const said = await user.failure("book", hamlet, ...twice);
    assert.equal(said, "the answer does not fit: `name`: missing");
  });

  await check("an answer that does not fit is asked again once", async () => {
    const sure = "Book seat 9 for Ada (Full)?";
    const talk = [[WHO, accept({ price: "reduced" })], [WHO_AGAIN, ada], [sure, YES]];
    assert.equal(await user.text("book", hamlet, ...talk), "Ada has seat 9 in Hamlet");
  });

  await check("the calls before have held a seat each", async () => {
    assert.equal(await user.text("book", hamlet, [WHO, DECLINE]), "seat 10 is free again");
  });
}

/** The tools of the probe that ask. */
async function probe(user) {
  const tea = { item: "tea" };

  await check("`confirm` is accepted, declined and cancelled", async () => {
    assert.equal(await user.text("confirm", tea, ["Confirm tea?", YES]), "confirmed tea");
    for (const answer of [NO, DECLINE, CANCEL]) {
      assert.equal(await user.text("confirm", tea, ["Confirm tea?", answer]), "declined tea");
    }
  });

  await check("`interview` is accepted, declined and cancelled", async () => {
    const who = "Who are you?";
    const ada = { name: "Ada", age: 36, plan: "paid" };
    const data = await user.data("interview", {}, [who, accept(ada)]);
    assert.deepEqual(data, { answer: "accepted", ...ada, news: false });
    assert.deepEqual(await user.data("interview", {}, [who, DECLINE]), { answer: "declined" });
    assert.deepEqual(await user.data("interview", {}, [who, CANCEL]), { answer: "cancelled" });
  });

  await check("`two_questions` asks at once", async () => {
    const talk = [["The first?", YES], ["The second?", NO]];
    assert.equal(await user.text("two_questions", {}, ...talk), "first=true second=false");
  });

  await check("`three_rounds` asks one after the other", async () => {
    const talk = [["Round 1?", YES], ["Round 2?", DECLINE], ["Round 3?", YES]];
    assert.equal(await user.text("three_rounds", {}, ...talk), "r1=true r2=false r3=true");
  });

  await check("`purchase` charges once", async () => {
    const buy = (answer) => user.text("purchase", tea, ["Buy tea?", answer]);
    assert.equal(await buy(YES), "bought tea, charged 1 times");
    assert.equal(await buy(DECLINE), "left tea, charged 2 times");
    assert.equal(await buy(CANCEL), "left tea, charged 3 times");
  });
}

async function overStdio(program, mode, version, talk) {
  const transport = new StdioClientTransport({ command: program, args: [], stderr: "pipe" });
  const said = [];
  transport.stderr.on("data", (chunk) => said.push(chunk));
  const user = await new Asked().connect(transport, mode, said);
  assert.equal(user.version(), version);
  await talk(user);
  await user.close();
  assert.equal(besideFailures(said.join("")), "");
}

async function overHttp(program, mode, version, talk) {
  const args = program === example ? ["--http", "127.0.0.1:0"] : ["127.0.0.1:0"];
  const listener = await listen(program, args);
  const transport = new StreamableHTTPClientTransport(listener.url);
  const user = await new Asked().connect(transport, mode, listener.said);
  assert.equal(user.version(), version);
  await talk(user);
  await user.close();
  await listener.end();
}

await run(async () => {
  for (const [name, mode, version] of MODES) {
    setAbout(isHttp ? `http ${name}` : name);
    for (const [program, talk] of [[example, book], [prober, probe]]) {
      await check("nothing but failed calls is logged", () =>
        (isHttp ? overHttp : overStdio)(program, mode, version, talk),
      );
    }
  }
});
