/** Lists, walked page by page: each page is fetched once, when it is needed. */

import type { Caller } from "./caller.ts";
import { PaginationError } from "./errors.ts";
import type { Operation, Pages } from "./operation.ts";
import type { ListOptions, RequestOptions } from "./options.ts";
import { type Answer, invalid, lookup, type ResponseInfo, readValue } from "./response.ts";

/** One page of a list. */
export interface Page<T> {
  /** The rows. */
  readonly items: readonly T[];
  /** What asks for the page after it, as the parameter of a later call; undefined on the last. */
  readonly nextCursor: string | undefined;
  /** Whether another page follows. */
  readonly hasNext: boolean;
  /** What is known of the answer besides. */
  readonly response: ResponseInfo;
}

/** The rows of a list: `for await` every row; nothing is sent before that. */
export interface Paginator<T> extends AsyncIterable<T> {
  /** Every page, each fetched when it is reached. */
  pages(): AsyncIterable<Page<T>>;
  /** The first page, fetched once. */
  firstPage(): Promise<Page<T>>;
}

interface Step {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly options: RequestOptions;
}

interface Found<T> extends Page<T> {
  readonly following: Step | undefined;
}

/** The list that an operation gives, page by page. */
export function paginate<T>(
  caller: Caller,
  operation: Operation<unknown>,
  path: readonly unknown[],
  parameters: object = {},
  { prefetch = false, ...options }: ListOptions = {},
): Paginator<T> {
  const start: Step = { parameters: { ...parameters }, options };
  const get = async (step: Step): Promise<Found<T>> =>
    readPage(
      operation,
      step,
      await caller.answer(operation, path, step.parameters, step.options, false),
    );
  let first: Promise<Found<T>> | undefined;
  const firstPage = () => {
    first ??= get(start);
    first.catch(() => {
      first = undefined;
    });
    return first;
  };
  async function* pages(): AsyncGenerator<Page<T>> {
    const seen = new Set([placeOf(start)]);
    let page = await firstPage();
    for (;;) {
      const { following } = page;
      const next = following && prefetch ? visit(seen, following, get) : undefined;
      next?.catch(() => {});
      yield page;
      if (!following) return;
      page = await (next ?? visit(seen, following, get));
    }
  }
  return {
    pages,
    firstPage,
    async *[Symbol.asyncIterator]() {
      for await (const { items } of pages()) yield* items;
    },
  };
}

/** Fetch a page that was not fetched before. Throws `PaginationError` on a circle. */
async function visit<P>(
  seen: Set<string>,
  step: Step,
  get: (step: Step) => Promise<P>,
): Promise<P> {
  const place = placeOf(step);
  if (seen.has(place)) {
    throw new PaginationError("the server gave a cursor that it had given before");
  }
  seen.add(place);
  return get(step);
}

function placeOf({ parameters, options }: Step): string {
  return JSON.stringify([parameters, options.query]);
}

function readPage<T>(operation: Operation<unknown>, step: Step, answer: Answer): Found<T> {
  const { info, content } = answer;
  const { pages = { rows: [] } } = operation;
  const value = readValue(operation, answer);
  const rows = lookup(value, pages.rows) ?? [];
  if (!Array.isArray(rows)) throw invalid(info, content, "it has no list of rows");
  const following = nextStep(pages, step, value, rows.length, info);
  const cursor = pages.parameter && following?.parameters[pages.parameter];
  return {
    items: rows,
    response: info,
    nextCursor: cursor === undefined ? cursor : String(cursor),
    hasNext: !!following,
    following,
  };
}

function nextStep(
  { style = "cursor", hasMore, next = [], parameter = "" }: Pages,
  step: Step,
  value: unknown,
  count: number,
  info: ResponseInfo,
): Step | undefined {
  if (hasMore && lookup(value, hasMore) === false) return undefined;
  const found = next.length ? lookup(value, next) : undefined;
  if (style === "link") return linked(step, found ?? nextLink(info.headers.get("link")), info);
  const current = step.parameters[parameter];
  const position =
    style === "cursor"
      ? found
      : count && Number(current ?? (style === "page" ? 1 : 0)) + (style === "page" ? 1 : count);
  if (position == null || position === "" || position === 0) return undefined;
  return { ...step, parameters: { ...step.parameters, [parameter]: position } };
}

function linked(step: Step, link: unknown, { request }: ResponseInfo): Step | undefined {
  if (typeof link !== "string" || !URL.canParse(link, request.url)) return undefined;
  const { pathname, searchParams } = new URL(link, request.url);
  if (pathname !== new URL(request.url).pathname) {
    throw new PaginationError(`the next page lies elsewhere, at ${pathname}`);
  }
  return { ...step, options: { ...step.options, query: Object.fromEntries(searchParams) } };
}

/** The target of `rel="next"` in a `Link` header (RFC 8288). */
function nextLink(header: string | null): string | undefined {
  for (const [, target, rest] of header?.matchAll(/<([^>]*)>([^<]*)/g) ?? []) {
    if (/;\s*rel="?([^";]*\s)?next(\s|"|;|,|$)/i.test(rest ?? "")) return target;
  }
  return undefined;
}
