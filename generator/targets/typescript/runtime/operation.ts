/** What the contract says of operations and of an API, as data. */

import type { ErrorClasses } from "./errors.ts";
import type { Shape } from "./shapes.ts";

/** A parameter that its wire name alone does not describe (OpenAPI 3.1 §4.8.12). */
export interface Parameter {
  /** The wire name. */
  readonly name: string;
  /** The property that it is, where it is not the wire name in camel case. */
  readonly as?: string;
  /** How values are written; `form` in a query or a cookie, else `simple`, where not said. */
  readonly style?:
    | "simple"
    | "label"
    | "matrix"
    | "form"
    | "spaceDelimited"
    | "pipeDelimited"
    | "deepObject";
  /** Whether each part is written on its own; where not said, true for `form`, else false. */
  readonly explode?: boolean;
  /** Whether reserved characters stay as they are, in a query. */
  readonly allowReserved?: boolean;
  /** Whether it is sent as JSON text. */
  readonly json?: boolean;
  /** How its value is written, where that needs saying. */
  readonly shape?: Shape;
}

/** Parameters of one place; a text is the wire name of one that needs no more said. */
export type Parameters = readonly (string | Parameter)[];

/** A request body. */
export interface Body {
  /** The media type; JSON where not said. */
  readonly media?: string;
  /** How its value is written, where members change their names. */
  readonly shape?: Shape;
  /** The property that is the whole body; else the body is every property but the parameters. */
  readonly property?: string;
  /** Whether no body is sent where it would be empty. */
  readonly optional?: boolean;
  /** Media types of the parts of a form. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** How a list is walked. The places are those of properties in the answer. */
export interface Pages {
  /** Where the rows are; empty where the answer is the list. */
  readonly rows: readonly string[];
  /** The property of the parameters that moves on. */
  readonly parameter?: string;
  /** Where the next cursor is; or, where the style is `link`, the next address. */
  readonly next?: readonly string[];
  /** Where it says whether there is more. */
  readonly hasMore?: readonly string[];
  /** How the parameter moves on; `cursor` where not said. */
  readonly style?: "cursor" | "offset" | "page" | "link";
}

/** A stream of server-sent events. */
export interface Events {
  /** The shape of the data of each event that is known. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** The events that end the stream. */
  readonly final?: readonly string[];
  /** Whether a stream that broke off may be resumed with `Last-Event-ID`. */
  readonly resumable?: boolean;
}

/** One method on one path, and what it returns. */
export interface Operation<T> {
  /** The method, in capitals. */
  readonly method: string;
  /** The path, with `{…}` where path parameters stand. */
  readonly path: string;
  /** The path parameters, in the order of the path, where any needs more said. */
  readonly segments?: Parameters;
  /** The query parameters. */
  readonly query?: Parameters;
  /** The header parameters. */
  readonly headers?: Parameters;
  /** The cookie parameters. */
  readonly cookies?: Parameters;
  /** The request body. */
  readonly body?: Body;
  /** The shape of a success; where there is none, nothing is returned. */
  readonly returns?: Shape<T>;
  /** Shapes of success statuses that differ from `returns`; null where there is no body. */
  readonly statuses?: Readonly<Record<number, Shape<T> | null>>;
  /** The media type of a success; JSON where not said. `text/…` gives a string, others a `Blob`. */
  readonly media?: string;
  /** How it is walked, where it is a list. */
  readonly pages?: Pages;
  /** Its events, where it is a stream. */
  readonly events?: Events;
  /** The schemes that it may be authenticated with, any of; as the API where not said. */
  readonly security?: Security;
  /** Whether it may be sent twice to the effect of once, whatever its method. */
  readonly idempotent?: boolean;
}

/** Alternatives, each of schemes that are needed together; an empty one needs nothing. */
export type Security = readonly (readonly string[])[];

/** A security scheme: which option of the client it comes from, and where it goes. */
export interface Scheme {
  /** The client's option that holds the secret. */
  readonly option: string;
  /** The environment variable that it is read from otherwise. */
  readonly variable?: string;
  /** Where it goes; a header where not said. */
  readonly in?: "header" | "query" | "cookie";
  /** The name of that header, parameter or cookie; `authorization` where not said. */
  readonly name?: string;
  /** What stands before the secret; `Bearer ` for `authorization` where not said. */
  readonly prefix?: string;
}

/** The headers that carry a rate limit. */
export interface RateLimitHeaders {
  /** How many requests a window allows. */
  readonly limit?: string;
  /** How many are left. */
  readonly remaining?: string;
  /** When the window ends. */
  readonly reset?: string;
  /** How that is written; `unix-seconds` where not said. */
  readonly resetIn?: "unix-seconds" | "delta-seconds";
}

/** What the contract says of a whole API. */
export interface API {
  /** Its name, which is that of the client's class. */
  readonly name: string;
  /** What the client calls itself: `name/version`. */
  readonly userAgent: string;
  /** Where production is. */
  readonly baseURL: string;
  /** The environment variable with another address. */
  readonly baseURLVariable?: string;
  /** The security schemes, by name. */
  readonly schemes?: Readonly<Record<string, Scheme>>;
  /** What operations need that say nothing of their own. */
  readonly security?: Security;
  /** Whether a client without any credential is of no use. */
  readonly credentialsRequired?: boolean;
  /** Where the envelope of errors holds what; places of wire names. */
  readonly errors?: {
    readonly message?: readonly string[];
    readonly code?: readonly string[];
    readonly requestId?: readonly string[];
    readonly classes?: ErrorClasses;
  };
  /** The headers that carry the rate limit. */
  readonly rateLimit?: RateLimitHeaders;
}
