/** Lists, walked page by page: each page is fetched once, when it is needed. */

import type { Caller } from "./caller.ts";
import { PaginationError } from "./errors.ts";
import type { Operation, Pages, Reached, Step } from "./operation.ts";
import type { ListOptions } from "./options.ts";
import { invalid, lookup, type ResponseInfo, readValue } from "./response.ts";

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

/** The list that an operation gives, page by page. */
export function paginate<T>(
  caller: Caller,
  operation: Operation<unknown>,
  path: readonly unknown[],
  parameters: object = {},
  options: ListOptions = {},
): Paginator<T> {
  const start: Step = { parameters: { ...parameters }, query: options.query };
  const { rows, next } = operation.pages as Pages;
  const read = async (step: Step): Promise<[page: Page<T>, following: Step | undefined]> => {
    const query = { ...options, query: step.query };
    const answer = await caller.answer(operation, path, step.parameters, query);
    const { info, content } = answer;
    const value = readValue(operation, answer);
    const items = lookup(value, rows) ?? [];
    if (!Array.isArray(items)) throw invalid(info, content, "it has no list of rows");
    const following = next({ step, value, count: items.length, info });
    const page = { items, nextCursor: following?.cursor, hasNext: !!following, response: info };
    return [page, following];
  };
  let first: ReturnType<typeof read> | undefined;
  const begin = () => {
    first ??= read(start).catch((error: unknown) => {
      first = undefined;
      throw error;
    });
    return first;
  };
  async function* pages(): AsyncGenerator<Page<T>> {
    const seen = new Set<string>();
    const visit = async (step: Step) => {
      const place = JSON.stringify([step.parameters, step.query]);
      if (seen.has(place)) {
        throw new PaginationError("the server gave the same cursor twice");
      }
      seen.add(place);
      return step === start ? begin() : read(step);
    };
    for (let coming: ReturnType<typeof read> | undefined = visit(start); coming; ) {
      const [page, following]: Awaited<typeof coming> = await coming;
      coming = following && options.prefetch ? visit(following) : undefined;
      coming?.catch(() => {});
      yield page;
      coming ??= following && visit(following);
    }
  }
  return {
    pages,
    firstPage: async () => (await begin())[0],
    async *[Symbol.asyncIterator]() {
      for await (const { items } of pages()) yield* items;
    },
  };
}

/** A way through a list: `parameter` is what moves on. Places are those of properties. */
type Next = Pages["next"];

/** By a cursor, which each page has at `place`; `hasMore` is where it says whether there is one. */
export function cursor(
  parameter: string,
  place: readonly string[],
  hasMore: readonly string[] = [],
): Next {
  return (page) => moved(page, parameter, lookup(page.value, place), hasMore);
}

/** By the number of rows before the page. */
export function offset(parameter: string, hasMore: readonly string[] = []): Next {
  return (page) =>
    moved(
      page,
      parameter,
      page.count && Number(page.step.parameters[parameter] ?? 0) + page.count,
      hasMore,
    );
}

/** By the number of the page, the first being 1. */
export function pageNumber(parameter: string, hasMore: readonly string[] = []): Next {
  return (page) =>
    moved(page, parameter, page.count && Number(page.step.parameters[parameter] ?? 1) + 1, hasMore);
}

/** By a link, which each page has at `place`, or in its `Link` header (RFC 8288). */
export function link(place?: readonly string[], hasMore: readonly string[] = []): Next {
  return ({ step, value, info: { headers, request } }) => {
    const found = place ? lookup(value, place) : nextLink(headers.get("link"));
    if (ended(value, hasMore) || typeof found !== "string" || !found) return undefined;
    const { pathname, searchParams } = new URL(found, request.url);
    if (pathname !== new URL(request.url).pathname) {
      throw new PaginationError(`the next page lies elsewhere, at ${pathname}`);
    }
    return { ...step, query: Object.fromEntries(searchParams) };
  };
}

function moved(
  { step: { parameters, query }, value }: Reached,
  parameter: string,
  position: unknown,
  hasMore: readonly string[],
): Step | undefined {
  return !position || ended(value, hasMore)
    ? undefined
    : { parameters: { ...parameters, [parameter]: position }, query, cursor: String(position) };
}

function ended(value: unknown, hasMore: readonly string[]): boolean {
  return lookup(value, hasMore) === false;
}

function nextLink(header: string | null): string | undefined {
  for (const [, target, rest] of header?.matchAll(/<([^>]*)>([^<]*)/g) ?? []) {
    if (/;\s*rel="?([^";]*\s)?next(\s|"|;|,|$)/i.test(rest ?? "")) return target;
  }
  return undefined;
}
