// Holds the results of the official suite against what is due.
//
//     node judge.mjs DUE.json RESULTS
//
// Every scenario that is due has to pass all its checks, warnings included. What is not passed is
// named with its status, and must be just that: a check that passes is taken off the list.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [due, results] = [JSON.parse(readFileSync(process.argv[2], "utf8")), process.argv[3]];

// One folder for each run of a scenario, named `server-SCENARIO-TIME`.
const NAME = /^server-(.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/;
const scenarios = new Map();
for (const folder of readdirSync(results).sort()) {
  const file = join(results, folder, "checks.json");
  const scenario = NAME.exec(folder)?.[1];
  if (scenario && existsSync(file)) {
    scenarios.set(scenario, JSON.parse(readFileSync(file, "utf8")));
  }
}

const problems = [];
let passed = 0;
let checks = 0;
for (const [scenario, all] of scenarios) {
  const expected = { ...due["not passed"][scenario] };
  const before = problems.length;
  for (const { id, status, errorMessage, description } of all) {
    const why = String(errorMessage ?? description ?? "").replace(/\s+/g, " ");
    checks += status === "SUCCESS";
    if (status === "INFO" || status === (expected[id] ?? "SUCCESS")) {
      if (status !== "SUCCESS") delete expected[id];
    } else {
      problems.push(`${scenario} / ${id}: ${status}, due is ${expected[id] ?? "SUCCESS"}: ${why}`);
      delete expected[id];
    }
  }
  for (const id of Object.keys(expected)) problems.push(`${scenario} / ${id}: was not judged`);
  if (problems.length === before && !due["not passed"][scenario]) passed += 1;
}
if (scenarios.size !== due.scenarios) {
  problems.push(`${scenarios.size} scenarios were run, due are ${due.scenarios}`);
}

for (const problem of problems) console.log(`FAILED  ${problem}`);
const partly = Object.keys(due["not passed"]).length;
console.log(
  `conformance ${due.version}: ${passed}/${due.scenarios - partly} scenarios whole, ` +
    `${partly} in part as is due; ${checks} checks passed`,
);
process.exitCode = problems.length ? 1 : 0;
