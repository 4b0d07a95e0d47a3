/**
 * Prints what packages offer without a word on what it is: the public declarations, at any depth,
 * that have no comment.
 *
 * Arguments: the folders of the packages, each with a `package.json` and its sources.
 */

import { readFileSync } from "node:fs";
import ts from "../node_tools/node_modules/typescript/lib/typescript.js";

const entries = process.argv.slice(2).flatMap((folder) =>
  Object.values(JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).exports)
    .filter((entry) => entry.types)
    .map(({ types }) => types.replace("./dist", `${folder}/src`).replace(".d.ts", ".ts")),
);
const program = ts.createProgram(entries, {
  module: ts.ModuleKind.NodeNext,
  noLib: true,
  types: [],
  allowImportingTsExtensions: true,
});
const checker = program.getTypeChecker();
const seen = new Set();

for (const entry of entries) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  for (const symbol of checker.getExportsOfModule(module)) visit(symbol, symbol.name);
}
console.error(seen.size);

function visit(found, path) {
  const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const [declaration] = symbol.declarations ?? [];
  if (seen.has(symbol) || !declaration || hidden(symbol)) return;
  seen.add(symbol);
  const told = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  if (!told.trim()) console.log(`${declaration.getSourceFile().fileName} ${path}`);
  for (const inner of [...(symbol.members ?? []), ...(symbol.exports ?? [])]) {
    visit(inner[1], `${path}.${inner[1].name}`);
  }
}

/** What a user does not see: `#private`, type parameters, and what is marked as internal. */
function hidden(symbol) {
  const internal = symbol.getJsDocTags(checker).some(({ name }) => name === "internal");
  return internal || symbol.flags & ts.SymbolFlags.TypeParameter || /^__#/.test(symbol.escapedName);
}
