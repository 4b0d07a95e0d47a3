/** What shapes read, write and refuse. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "../../../generator/targets/typescript/runtime/request.ts";
import * as s from "../../../generator/targets/typescript/runtime/shapes.ts";
import { random } from "./scripted.ts";

const NOON = new Date("2026-04-15T12:00:00Z");

const person: s.Shape = s.object({
  first_name: s.string,
  born_at: s.optional(s.date),
  friends: s.optional(s.array(() => person)),
  line_1: s.named("line1", s.optional(s.nullable(s.string))),
});

const pet: s.Shape = s.union("pet_kind", {
  cat: s.object({ pet_kind: s.string, born_at: s.date }),
  dog: s.object({ pet_kind: s.string, barks: s.boolean }),
});

/** Shape, wire value, value; what is written is the wire value again. */
const BOTH_WAYS: [string, s.Shape, unknown, unknown][] = [
  ["anything", s.any, { a: [1, null] }, { a: [1, null] }],
  ["a date-time", s.date, "2026-04-15T12:00:00Z", NOON],
  ["milliseconds", s.date, "2026-04-15T12:00:00.001Z", new Date(NOON.getTime() + 1)],
  ["null", s.nullable(s.date), null, null],
  ["a list", s.array(s.date), ["2026-04-15T12:00:00Z"], [NOON]],
  ["a map", s.record(s.date), { a_b: "2026-04-15T12:00:00Z" }, { a_b: NOON }],
  [
    "renames, dates, recursion, what is not known, null and nothing",
    person,
    {
      first_name: "Ada",
      line_1: null,
      mood_today: { so_so: 1 },
      friends: [{ first_name: "Bo", born_at: "2026-04-15T12:00:00Z" }],
    },
    {
      firstName: "Ada",
      line1: null,
      mood_today: { so_so: 1 },
      friends: [{ firstName: "Bo", bornAt: NOON }],
    },
  ],
  [
    "members of any other name",
    s.object({ a_b: s.string }, s.date),
    { a_b: "x", c_d: "2026-04-15T12:00:00Z" },
    { aB: "x", c_d: NOON },
  ],
  [
    "a variant",
    pet,
    { pet_kind: "cat", born_at: "2026-04-15T12:00:00Z" },
    { petKind: "cat", bornAt: NOON },
  ],
  [
    "a variant that is not known",
    pet,
    { pet_kind: "emu", born_at: "never" },
    { pet_kind: "emu", born_at: "never" },
  ],
  ["a variant named like a method", pet, { pet_kind: "toString" }, { pet_kind: "toString" }],
  [
    "the first that fits",
    s.oneOf(s.object({ a: s.date, b: s.number }), s.object({ a: s.date })),
    { a: "2026-04-15T12:00:00Z", b: "x" },
    { a: NOON, b: "x" },
  ],
  ["none that fits", s.oneOf(s.string, s.number), [true], [true]],
];

for (const [name, shape, wire, value] of BOTH_WAYS) {
  test(`both ways: ${name}`, () => {
    assert.deepEqual(shape.read(structuredClone(wire)), value);
    assert.deepEqual(JSON.parse(stringify(shape.write(value))), wire);
  });
}

const OFFSETS = [
  "2026-04-15T14:00:00+02:00",
  "2026-04-15 12:00:00Z",
  "2026-04-15T12:00:00",
  "2026-04-15t12:00:00z",
];
for (const text of OFFSETS) {
  test(`a date-time as ${text}`, () => assert.deepEqual(s.date.read(text), NOON));
}

const WRONG: [string, s.Shape, unknown, RegExp][] = [
  ["a fraction", s.integer, 0.5, /^ a number is not a whole number$/],
  ["a text for a whole number", s.integer, "1", /^ a string is not a whole number$/],
  ["another kind", s.string, 1, /^ a number is not a string$/],
  ["null", s.number, null, /^ null is not a number$/],
  ["a list for an object", person, [], /^ an array is not an object$/],
  ["an object for a list", s.array(s.any), {}, /^ a object is not an array$/],
  ["no date-time", s.date, "15 April", /^ a string is not a date-time$/],
  ["a date", s.date, "2026-13-45T00:00:00Z", /is not a date-time/],
  ["a missing member", person, {}, /^\["first_name"\] it is missing$/],
  [
    "a member of the prototype",
    s.object({ constructor: s.any }),
    {},
    /\["constructor"\] it is missing/,
  ],
  [
    "deep down",
    person,
    { first_name: "a", friends: [{ first_name: "b" }, { first_name: 3 }] },
    /^\["friends"\]\[1\]\["first_name"\] a number is not a string$/,
  ],
  ["in a map", s.record(s.date), { a: 1 }, /^\["a"\] a number/],
  ["in a variant that is known", pet, { pet_kind: "dog" }, /\["barks"\] it is missing/],
];

for (const [name, shape, wire, message] of WRONG) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => shape.read(wire),
      (error: unknown) => {
        assert.ok(error instanceof s.ShapeError);
        assert.match(`${error.path} ${error.message}`, message);
        return true;
      },
    );
  });
}

test("a member called __proto__ changes no prototype", () => {
  const value = person.read(JSON.parse('{"first_name": "a", "__proto__": {"admin": true}}'));
  assert.equal(value.admin, undefined);
  assert.equal(({} as { admin?: boolean }).admin, undefined);
});

test("what is not known never stands in the place of a member", () => {
  assert.deepEqual(person.read({ first_name: "a", firstName: 1 }), { firstName: "a" });
  assert.deepEqual(person.read({ firstName: 1, first_name: "a" }), { firstName: "a" });
});

test("an invalid date is refused, not sent as null", () => {
  assert.throws(() => stringify(s.date.write(new Date(Number.NaN))), RangeError);
});

test("whatever is read is written back, and names go both ways", () => {
  const next = random(1);
  const pick = (most: number) => Math.floor(next() * most);
  const grow = (depth: number): [s.Shape, unknown] => {
    const kind = pick(depth > 0 ? 7 : 4);
    if (kind === 0) return [s.string, `t${pick(99)}`];
    if (kind === 1) return [s.date, new Date(pick(2e9) * 1000).toISOString().replace(".000Z", "Z")];
    if (kind === 2) return [s.nullable(s.number), pick(2) ? pick(99) : null];
    if (kind === 3) return [s.any, { any_thing: [pick(9)] }];
    const parts = Array.from({ length: pick(4) }, () => grow(depth - 1));
    if (kind === 4) return [s.array(parts[0]?.[0] ?? s.any), parts[0] ? [parts[0][1]] : []];
    if (kind === 5)
      return [s.record(parts[0]?.[0] ?? s.any), parts[0] ? { a_key: parts[0][1] } : {}];
    const names = parts.map((_, index) => ["plain", "two_words", "x_1", "_odd"][index] ?? "z");
    return [
      s.object(Object.fromEntries(parts.map(([shape], index) => [names[index] ?? "", shape]))),
      Object.fromEntries(parts.map(([, wire], index) => [names[index] ?? "", wire])),
    ];
  };
  for (let round = 0; round < 500; round++) {
    const [shape, wire] = grow(4);
    const written = stringify(shape.write(shape.read(structuredClone(wire))));
    assert.deepEqual(JSON.parse(written), wire, JSON.stringify(wire));
  }
});
