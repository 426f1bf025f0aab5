// What the scripts of this folder share: checks, and the program under test over HTTP.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

// How the client negotiates, and the version that comes of it. In `auto` it starts two programs:
// one to ask for the era, one to work with.
export const MODES = [
  ["legacy", "legacy", "2025-11-25"],
  ["pinned", { pin: "2026-07-28" }, "2026-07-28"],
  ["auto", "auto", "2026-07-28"],
];

// No answer takes a second, and the whole takes a few; what hangs ends with words.
export const ANSWER_MS = 20_000;
const ALL_MS = 120_000;

let passed = 0;
let failed = 0;
let about = "";

/** What the next checks are about. */
export function setAbout(next) {
  about = next;
}

export async function check(claim, step) {
  const name = `typescript ${about}: ${claim}`;
  try {
    await step();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.stack ?? error}`);
  }
}

/** Runs all checks, prints how many passed, and sets the status of the script. */
export async function run(everything) {
  const late = setTimeout(() => {
    console.log(`FAILED  typescript: it took more than ${ALL_MS} ms`);
    process.exit(1);
  }, ALL_MS);
  await everything();
  clearTimeout(late);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

/** What a log says beside the calls that failed, which the checks make fail. */
export function besideFailures(log) {
  return log
    .replace(/^tool `\w+` failed, request \d+: .*\n/gm, "")
    .replace(/^no file of keys: .*\n/gm, "");
}

/** A program that says on stderr where it listens for HTTP, and what it says from then on. */
export async function listen(binary, args) {
  const program = spawn(binary, args, { stdio: ["ignore", "inherit", "pipe"] });
  const [first] = await once(program.stderr, "data");
  const [, url] = /^listening on (\S+)\n/.exec(first);
  const said = [];
  program.stderr.on("data", (chunk) => said.push(chunk));
  return {
    url: new URL(url),
    said,
    /** Ends it without asking. */
    async kill() {
      const ended = once(program, "close");
      program.kill("SIGKILL");
      await ended;
    },
    async end() {
      const ended = once(program, "close");
      program.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
      assert.equal(besideFailures(said.join("")), "");
    },
  };
}
