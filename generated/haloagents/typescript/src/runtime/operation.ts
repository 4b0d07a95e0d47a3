/** What the contract says of operations and of an API, as data. */

import type { ErrorClasses } from "./errors.ts";
import type { ResponseInfo } from "./response.ts";
import type { Shape } from "./shapes.ts";

/** How a parameter is written: its whole text, as it stands in its place, empty for nothing. */
export type Style = (name: string, value: unknown) => string;

/** A parameter that its wire name alone does not describe. */
export interface Parameter {
  /** The wire name. */
  readonly name: string;
  /** The property that it is, where it is not the wire name in camel case. */
  readonly as?: string;
  /** How it is written, where it is not as usual in its place. */
  readonly style?: Style;
}

/** Parameters of one place; a text is the wire name of one that needs no more said. */
export type Parameters = readonly (string | Parameter)[];

/** A body ready to send, and its `Content-Type` where `fetch` does not say it. */
export interface EncodedBody {
  /** The `Content-Type`. */
  readonly type?: string;
  /** What `fetch` can send any number of times. */
  readonly content: string | Blob | FormData | ArrayBuffer | Uint8Array<ArrayBuffer>;
}

/** Makes a body of a value. Throws `TypeError` for one that it cannot carry. */
export type Encode = (value: unknown) => EncodedBody;

/** A request body. */
export interface Body {
  /** What it is made with; JSON where not said. */
  readonly encode?: Encode;
  /** How its value is written, where members change their names. */
  readonly shape?: Shape;
  /** The property that is the whole body; else the body is every property but the parameters. */
  readonly property?: string;
  /** Whether no body is sent where it would be empty. */
  readonly optional?: boolean;
}

/** What asks for a page of a list: properties of the operation, and query parameters besides. */
export interface Step {
  /** The properties. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** More query parameters, by wire name. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  /** Where the page begins, as a later call may say it. */
  readonly cursor?: string;
}

/** A page as it came: its value, how many rows it has, and what is known of the answer. */
export interface Reached {
  /** What asked for it. */
  readonly step: Step;
  /** Its value. */
  readonly value: unknown;
  /** How many rows it has. */
  readonly count: number;
  /** What is known of the answer besides. */
  readonly info: ResponseInfo;
}

/** How a list is walked. */
export interface Pages {
  /** Where the rows are, by property; empty where the answer is the list. */
  readonly rows: readonly string[];
  /** What asks for the page after this one; undefined on the last. */
  readonly next: (page: Reached) => Step | undefined;
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
  /** Styles of path parameters, by wire name, where they are not `simple`. */
  readonly segments?: Readonly<Record<string, Style>>;
  /** The query parameters. */
  readonly query?: Parameters;
  /** The header parameters. */
  readonly headers?: Parameters;
  /** The header of its cookie parameters, which then are no longer among those given. */
  readonly cookies?: (given: Record<string, unknown>) => string;
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
  /** Where it goes; into the header `authorization`, after `Bearer `, where not said. */
  readonly place?: Place;
}

/** Puts a secret into a request; header names are in lower case. */
export type Place = (
  request: { url: string; readonly headers: Record<string, string> },
  secret: string,
) => void;

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
  /** The error of a client without any credential, where that is of no use. */
  readonly credentials?: (api: API) => Error;
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
