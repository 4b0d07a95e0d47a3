/** Lists: every page once, circles, resuming, fetching ahead. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation, Pages } from "../../../generator/targets/typescript/runtime/operation.ts";
import {
  cursor,
  link,
  offset,
  pageNumber,
  paginate,
} from "../../../generator/targets/typescript/runtime/paging.ts";
import { any } from "../../../generator/targets/typescript/runtime/shapes.ts";
import { connect, failure, random, type Scripted } from "./scripted.ts";

const BY_CURSOR: Pages = {
  rows: ["data"],
  next: cursor("after", ["pagination", "next"], ["pagination", "more"]),
};

function list(pages: Pages): Operation<unknown> {
  return {
    method: "GET",
    path: "/things",
    query: ["after", "offset", "page", "limit"],
    returns: any,
    pages,
  };
}

function page(data: unknown[], next?: unknown, more?: boolean): Scripted {
  return { json: { data, pagination: { next, more } } };
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

const THREE = [page([1, 2], "b"), page([3], "c"), page([], null)];

for (const prefetch of [false, true]) {
  test(`every row of every page, in order; nothing before it is asked for; ahead: ${prefetch}`, async () => {
    const { caller, sent } = connect(THREE);
    const things = paginate<number>(caller, list(BY_CURSOR), [], { limit: 2 }, { prefetch });
    assert.equal(sent.length, 0);
    assert.deepEqual(await all(things), [1, 2, 3]);
    assert.deepEqual(
      sent.map(({ url }) => url.search),
      ["?limit=2", "?after=b&limit=2", "?after=c&limit=2"],
    );
  });
}

test("pages say what they hold, where they end, and how to go on later", async () => {
  const { caller } = connect(THREE);
  const pages = await all(paginate(caller, list(BY_CURSOR), []).pages());
  assert.deepEqual(
    pages.map(({ items, nextCursor, hasNext }) => [items, nextCursor, hasNext]),
    [
      [[1, 2], "b", true],
      [[3], "c", true],
      [[], undefined, false],
    ],
  );
  assert.equal(pages[0]?.response.status, 200);
  const later = connect([page([3], null)]);
  assert.deepEqual(await all(paginate(later.caller, list(BY_CURSOR), [], { after: "b" })), [3]);
  assert.equal(later.sent[0]?.url.search, "?after=b");
});

test("the first page is fetched once, however it is asked for, and again after a failure", async () => {
  const { caller, sent } = connect([{ status: 404 }, page([1], "b"), page([2])]);
  const things = paginate<number>(caller, list(BY_CURSOR), []);
  assert.equal((await failure(things.firstPage())).name, "NotFoundError");
  assert.deepEqual((await things.firstPage()).items, [1]);
  assert.deepEqual(await all(things), [1, 2]);
  assert.equal(sent.length, 3);
});

test("leaving early asks for no more, and ahead for one page at most", async () => {
  for (const [prefetch, most] of [
    [false, 1],
    [true, 2],
  ] as const) {
    const { caller, sent } = connect([page([1, 2], "b"), page([3], "c")]);
    for await (const _ of paginate(caller, list(BY_CURSOR), [], {}, { prefetch })) break;
    assert.equal(sent.length, most);
  }
});

test("what goes wrong ahead is told when its page is reached, and not before", async () => {
  const { caller } = connect([page([1, 2], "b"), { status: 404 }]);
  const rows: number[] = [];
  const walk = async () => {
    for await (const row of paginate<number>(caller, list(BY_CURSOR), [], {}, { prefetch: true }))
      rows.push(row);
  };
  assert.equal((await failure(walk())).name, "NotFoundError");
  assert.deepEqual(rows, [1, 2]);
});

for (const [name, script, start, rows] of [
  ["the same again", [page([1], "b"), page([2], "b")], {}, 2],
  ["two by two", [page([1], "b"), page([2], "c"), page([3], "b")], {}, 3],
  ["the one it began with", [page([1], "a")], { after: "a" }, 1],
] as const) {
  test(`a cursor that was there before is an error, not a circle: ${name}`, async () => {
    const { caller } = connect(script);
    const found: unknown[] = [];
    const walk = async () => {
      for await (const row of paginate(caller, list(BY_CURSOR), [], start)) found.push(row);
    };
    assert.equal((await failure(walk())).name, "PaginationError");
    assert.equal(found.length, rows);
  });
}

const ENDS: [string, Pages, Scripted[], unknown[], string[]][] = [
  ["says there is no more", BY_CURSOR, [page([1], "b", false)], [1], [""]],
  ["an empty cursor", BY_CURSOR, [page([1], "")], [1], [""]],
  ["rows that are null", BY_CURSOR, [{ json: { data: null } }], [], [""]],
  [
    "an offset",
    { rows: [], next: offset("offset") },
    [{ json: [1, 2] }, { json: [3] }, { json: [] }],
    [1, 2, 3],
    ["", "?offset=2", "?offset=3"],
  ],
  [
    "a page number",
    { rows: [], next: pageNumber("page") },
    [{ json: [1] }, { json: [] }],
    [1],
    ["", "?page=2"],
  ],
  [
    "a link in the answer",
    { rows: ["data"], next: link(["next"]) },
    [{ json: { data: [1], next: "/v1/things?after=x%20y" } }, { json: { data: [2], next: "" } }],
    [1, 2],
    ["", "?after=x%20y"],
  ],
  [
    "a link in a header",
    { rows: [], next: link() },
    [
      {
        json: [1],
        headers: {
          link: '</v1/things?x=1>; rel="prev", <things?page=2&z=a>; title="b"; rel="last next"',
        },
      },
      { json: [2], headers: { link: '</a>; rel="nextish"' } },
    ],
    [1, 2],
    ["", "?page=2&z=a"],
  ],
];
for (const [name, pages, script, rows, searches] of ENDS) {
  test(`a list ends and moves on: ${name}`, async () => {
    const { caller, sent } = connect(script);
    assert.deepEqual(await all(paginate(caller, list(pages), [])), rows);
    assert.deepEqual(
      sent.map(({ url }) => url.search),
      searches,
    );
  });
}

test("an offset and a page number go on from where the caller begins", async () => {
  const by = connect([{ json: [1] }, { json: [] }]);
  await all(paginate(by.caller, list({ rows: [], next: offset("offset") }), [], { offset: 10 }));
  assert.equal(by.sent[1]?.url.search, "?offset=11");
  const page = connect([{ json: [1] }, { json: [] }]);
  await all(paginate(page.caller, list({ rows: [], next: pageNumber("page") }), [], { page: 4 }));
  assert.equal(page.sent[1]?.url.search, "?page=5");
});

test("a page elsewhere is not fetched", async () => {
  const { caller, sent } = connect([
    { json: [1], headers: { link: '<https://evil.example.test/a>; rel="next"' } },
  ]);
  assert.equal(
    (await failure(all(paginate(caller, list({ rows: [], next: link() }), [])))).name,
    "PaginationError",
  );
  assert.equal(sent.length, 1);
});

test("rows that are no list are told of as a wrong answer", async () => {
  const { caller } = connect([{ json: { data: { a: 1 } } }]);
  assert.equal(
    (await failure(all(paginate(caller, list(BY_CURSOR), [])))).name,
    "APIResponseValidationError",
  );
});

test("however a list is cut into pages, its rows are the same", async () => {
  const next = random(2);
  for (let round = 0; round < 100; round++) {
    const pages: number[][] = Array.from({ length: 1 + Math.floor(next() * 6) }, (_, index) =>
      Array.from({ length: Math.floor(next() * 4) }, (_, row) => index * 10 + row),
    );
    const script = pages.map((rows, index) =>
      page(rows, index + 1 < pages.length ? `c${index}` : null),
    );
    const { caller, sent } = connect(script);
    const options = { prefetch: next() < 0.5 };
    assert.deepEqual(await all(paginate(caller, list(BY_CURSOR), [], {}, options)), pages.flat());
    assert.equal(sent.length, pages.length);
  }
});
