/** The promise that every call gives: await it for the value, or ask for the response. */

import type { Open } from "./caller.ts";
import type { Answer, ResponseInfo } from "./response.ts";

/** A value together with what is known of the answer that it came with. */
export interface WithResponse<T> {
  /** The value. */
  readonly data: T;
  /** What is known of the answer besides. */
  readonly response: ResponseInfo;
}

/** The outcome of a call. */
export class APIPromise<T> extends Promise<T> {
  readonly #send: (open?: Open) => Promise<Answer>;
  readonly #parse: (answer: Answer) => T;
  #whole: Promise<WithResponse<T>> | undefined;

  /** @internal */
  constructor(send: (open?: Open) => Promise<Answer>, parse: (answer: Answer) => T) {
    super(() => {});
    this.#send = send;
    this.#parse = parse;
    queueMicrotask(() => this.withResponse());
  }

  /** Promises made from this one are ordinary. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** The value, together with the status, the headers, the request id and the rate limit. */
  withResponse(): Promise<WithResponse<T>> {
    this.#whole ??= this.#send().then((answer) => ({
      data: this.#parse(answer),
      response: answer.info,
    }));
    return this.#whole;
  }

  /**
   * The `Response` that `fetch` gave, its body not read. To be called at once, instead of `await`.
   *
   * A status that is no success is still thrown as its error.
   */
  asResponse(): Promise<Response> {
    const answer = this.#send(() => true);
    this.#whole ??= answer.then(({ info }) => ({ data: undefined as T, response: info }));
    this.#whole.catch(() => {});
    return answer.then(({ raw }) => raw);
  }

  // biome-ignore-start lint/suspicious/noThenProperty: it is a promise.
  /** As of any promise. */
  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.withResponse()
      .then(({ data }) => data)
      .then(fulfilled, rejected);
  }
  // biome-ignore-end lint/suspicious/noThenProperty: it is a promise.
}
