/** Access tokens, where they are kept, and how they are renewed before they expire. */

/** What was granted. Plain data, to be kept as JSON. */
export interface Tokens {
  /** The access token. */
  readonly accessToken: string;
  /** What gets the next one; undefined where none was given. */
  readonly refreshToken?: string | undefined;
  /** When the access token expires, in milliseconds since 1970, where the server says. */
  readonly expiresAt?: number | undefined;
  /** What it may be used for. */
  readonly scopes: readonly string[];
}

/** Where tokens are kept. */
export interface TokenStore {
  /** The tokens, if there are any. */
  load(): Tokens | undefined | Promise<Tokens | undefined>;
  /** Keep these; undefined to keep none. */
  save(tokens: Tokens | undefined): unknown;
}

/** Milliseconds before its end at which an access token is renewed. */
const EARLY = 30_000;

/** Gives an access token that is good; however many ask, it is renewed once. */
export class TokenKeeper {
  readonly #store: TokenStore;
  readonly #now: () => number;
  readonly #next: (kept: Tokens | undefined) => Promise<Tokens>;
  #renewing: Promise<string> | undefined;

  /** `next` gets the tokens that follow those that were kept. */
  constructor(
    store: TokenStore,
    now: () => number,
    next: (kept: Tokens | undefined) => Promise<Tokens>,
  ) {
    this.#store = store;
    this.#now = now;
    this.#next = next;
  }

  /** An access token other than `refused` that has not expired, as far as is known. */
  async token(refused: string | undefined): Promise<string> {
    const kept = await this.#store.load();
    if (kept && this.#isGood(kept, refused)) return kept.accessToken;
    this.#renewing ??= this.#renew(refused).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(refused: string | undefined): Promise<string> {
    const kept = await this.#store.load();
    if (kept && this.#isGood(kept, refused)) return kept.accessToken;
    const tokens = await this.#next(kept);
    await this.#store.save(tokens);
    return tokens.accessToken;
  }

  #isGood({ accessToken, expiresAt }: Tokens, refused: string | undefined): boolean {
    return accessToken !== refused && (expiresAt === undefined || expiresAt - this.#now() >= EARLY);
  }
}

/** Keeps tokens as long as the program runs. */
export function memoryStore(): TokenStore {
  let kept: Tokens | undefined;
  return {
    load: () => kept,
    save(tokens) {
      kept = tokens;
    },
  };
}
