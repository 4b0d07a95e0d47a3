// Reads [[name, source], …] as JSON; prints those that are no TypeScript module, and why, as JSON.
// Run with --experimental-vm-modules.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { SourceTextModule } from "node:vm";

const wrong = [];
for (const [name, source] of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    new SourceTextModule(stripTypeScriptTypes(source));
  } catch (error) {
    wrong.push([name, String(error)]);
  }
}
console.log(JSON.stringify(wrong));
