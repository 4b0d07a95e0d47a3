/**
 * Run beside a generated TypeScript package: what it has, and what becomes of values in it.
 *
 * `node typescript_probe.mjs SOURCE` reads cases from standard input and prints what it found, both
 * as JSON. It calls the package as a user would, with a `fetch` that answers from the cases.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const source = process.argv[2];
const cases = JSON.parse(readFileSync(0, "utf8"));
const modules = await import(join(source, "client.ts"));
const errors = await import(join(source, "errors.ts"));
const Client = Object.values(modules).find((each) => typeof each === "function");
const secrets = [...readFileSync(join(source, "client.ts"), "utf8").matchAll(/option: "(\w+)"/g)];

let answer = () => new Response(null, { status: 204 });
let asked = "";
let fragment = "";
const client = new Client({
  ...Object.fromEntries(secrets.map(([, name]) => [name, "secret"])),
  baseURL: "https://api.test",
  maxRetries: 0,
  logger: {},
  fetch: async (url, init) => {
    asked = named(init?.method ?? url.method, (url.url ?? url) + fragment);
    return answer();
  },
});

/**
 * Some documents tell operations of one path apart by a fragment, which is not sent: it is noted
 * when the caller is given the operation.
 */
const { Caller } = await import(join(source, "runtime/caller.ts"));
for (const name of Object.getOwnPropertyNames(Caller.prototype)) {
  const { value } = Object.getOwnPropertyDescriptor(Caller.prototype, name);
  if (name === "constructor" || typeof value !== "function") continue;
  Caller.prototype[name] = function (operation, ...others) {
    if (operation?.path) fragment = /#.*/s.exec(operation.path)?.[0] ?? "";
    return value.call(this, operation, ...others);
  };
}

/** What a request asks for, and by which fragment. */
function named(method, url) {
  const { pathname, hash } = new URL(url, "https://api.test");
  return `${method} ${pathname}${hash}`;
}

/** Every method of every resource: how it is called with something for what it must have. */
function* methods(holder) {
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(holder))) {
    if (name === "constructor" || holder === client || typeof holder[name] !== "function") continue;
    const [, listed] = /^[^(]*\(([^)]*)\)/.exec(holder[name].toString()) ?? [];
    const taken = (listed ?? "").split(",").map((each) => each.trim().replace(/\W.*/s, ""));
    const wanted = taken.filter((each) => each && each !== "options");
    const given = wanted.map((each) => (each === "params" ? {} : "1"));
    yield () => holder[name](...given);
  }
  for (const below of Object.values(holder)) {
    if (below?.constructor && /resources/.test(places.get(below.constructor) ?? "")) {
      yield* methods(below);
    }
  }
}

const places = new Map();
const resources = join(source, "resources");
for (const file of existsSync(resources) ? readdirSync(resources) : []) {
  for (const each of Object.values(await import(join(resources, file)))) {
    if (typeof each === "function") places.set(each, `resources/${file}`);
  }
}

/** The value of a call; the first row of a list, the first event of a stream. */
async function settled(result) {
  if (typeof result?.then === "function") return await result;
  if (result?.[Symbol.asyncIterator]) {
    const { value } = await result[Symbol.asyncIterator]().next();
    return value;
  }
  return result;
}

/** All that a value holds, whatever its members are called; instants to the millisecond. */
function leaves(value, found = []) {
  if (value instanceof Date) found.push(`at ${value.getTime()}`);
  else if (Array.isArray(value) || (typeof value === "object" && value !== null)) {
    const members = Object.values(value).filter((each) => each !== undefined);
    if (members.length === 0) found.push(Array.isArray(value) ? "[]" : "{}");
    for (const each of members) leaves(each, found);
  } else if (typeof value === "string" && /^\d{4}-\d\d-\d\d[Tt ]\d\d:/.test(value)) {
    found.push(`at ${new Date(value).getTime()}`);
  } else found.push(JSON.stringify(value));
  return found;
}

function missing(before, after) {
  const left = leaves(after);
  for (const each of leaves(before)) {
    const index = left.indexOf(each);
    if (index < 0) return `${each.slice(0, 60)} is lost`;
    left.splice(index, 1);
  }
  return left.length ? `${left[0].slice(0, 60)} is new` : "";
}

const calls = new Map();
const found = [];
for (const call of methods(client)) {
  asked = "";
  try {
    await settled(call());
  } catch {}
  if (!asked) continue;
  found.push(asked);
  if (!calls.has(asked)) calls.set(asked, call);
}

function json(status, body) {
  const headers = { "content-type": "application/json" };
  return () => new Response(JSON.stringify(body), { status, headers });
}

function tally() {
  return { cases: 0, tried: 0, faults: {} };
}

function note(told, fault, where) {
  told.tried++;
  if (fault) told.faults[`${where}: ${fault}`] = (told.faults[`${where}: ${fault}`] ?? 0) + 1;
}

async function answers(several, told) {
  for (const each of several) {
    const call = calls.get(named(each.method, each.called));
    const where = `${each.method} ${each.path} ${each.status}`;
    if (!call) continue;
    told.cases++;
    for (const instance of each.instances) {
      answer = json(each.status, instance);
      const result = call();
      if (typeof result?.then !== "function") break;
      try {
        const value = await result;
        if (value?.[Symbol.asyncIterator] || value === undefined || value instanceof Blob) break;
        if (typeof value === "string" && typeof instance !== "string") break;
        note(told, missing(instance, value), where);
      } catch (error) {
        note(told, `${error?.name}: ${error?.message}`, where);
      }
    }
  }
  return told;
}

async function statuses(told) {
  const body = { unheard_of: { deep: [1] } };
  for (const [where, call] of calls) {
    answer = json(529, body);
    const failure = await settled(call()).catch((error) => error);
    const kept = failure instanceof errors.APIStatusError && failure.status === 529;
    const same = kept && JSON.stringify(failure.body) === JSON.stringify(body);
    note(told, same ? "" : "an unknown error is lost", `${where} 529`);
    answer = json(299, body);
    try {
      await settled(call());
      note(told, "", where);
    } catch (error) {
      const typed = error instanceof errors.APIResponseValidationError && error.status === 299;
      note(told, typed ? "" : `${error?.name}: ${error?.message}`, `${where} 299`);
    }
  }
  return told;
}

console.log(
  JSON.stringify({
    methods: found,
    answers: await answers(cases.answers, tally()),
    survival: await statuses(await answers(cases.survival, tally())),
  }),
);
