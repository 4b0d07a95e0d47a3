/**
 * What can go wrong with a call: a class a cause, a class a status.
 *
 * Every error is plain data besides: its facts are its `cause`, which `structuredClone` keeps, and
 * what `JSON.stringify` writes; `reviveError` makes the error of either again. No error holds a
 * credential: a request is remembered from before it was authenticated.
 */

/** What was asked, without credentials. */
export interface RequestFacts {
  /** The method, in capitals. */
  readonly method: string;
  /** The URL, query included. */
  readonly url: string;
}

/** An answer, read to its end. */
export interface ResponseFacts {
  /** The status. */
  readonly status: number;
  /** The headers, by names in lower case; cookies are left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. */
  readonly text: string;
}

/** Anything that this package throws on purpose. */
export class APIError extends Error {
  /** The name of the class, which minifiers leave as it is. */
  override name = "APIError";

  /** Makes the error of facts, which become its properties. */
  constructor(message: string, facts: object = {}) {
    super(message);
    const name = { get: () => this.name, enumerable: true };
    const cause = Object.defineProperty({ ...facts }, "name", name);
    for (const [key, value] of Object.entries({ ...facts, cause })) {
      if (!(key in this)) Object.defineProperty(this, key, { value });
    }
  }

  /** The error as plain data. */
  toJSON(): Record<string, unknown> {
    return { ...(this.cause as object), message: this.message };
  }
}

/** An argument that cannot be sent; nothing was. */
export class ArgumentError extends APIError {
  override name = "ArgumentError";
}

/** The call needs a credential that the client was not given; nothing was sent. */
export class MissingCredentialsError extends APIError {
  override name = "MissingCredentialsError";
}

/** A list that cannot be walked on: the server gave a cursor that it had given before. */
export class PaginationError extends APIError {
  override name = "PaginationError";
}

/** The request did not reach the server, or its answer did not come back. */
export class APIConnectionError extends APIError {
  override name = "APIConnectionError";
  /** What was asked. */
  declare readonly request: RequestFacts;
  /** Whether the server may have seen the request. */
  declare readonly sent: boolean;
  /** What the platform says of it. */
  declare readonly reason: string;
}

/** No connection, or no answer, in time. */
export class APITimeoutError extends APIConnectionError {
  override name = "APITimeoutError";
}

/** An answer that cannot be used. */
export class APIResponseError extends APIError {
  override name = "APIResponseError";
  /** What was asked. */
  declare readonly request: RequestFacts;
  /** All of the answer. */
  declare readonly response: ResponseFacts;
  /** The status of the answer. */
  declare readonly status: number;
  /** What the API's support will ask for; empty where the answer does not say. */
  declare readonly requestId: string;
}

/** An answer that is not what the contract says: not JSON, cut off, or of another shape. */
export class APIResponseValidationError extends APIResponseError {
  override name = "APIResponseValidationError";
}

/** An answer that is larger than the client takes. */
export class ResponseTooLargeError extends APIResponseError {
  override name = "ResponseTooLargeError";
}

/** The server refused or failed. */
export class APIStatusError extends APIResponseError {
  override name = "APIStatusError";
  /** The server's own words. */
  declare readonly reason: string;
  /** The API's word for what went wrong; empty where the answer has none. */
  declare readonly code: string;
  /** The body of the answer, as JSON where it is. */
  declare readonly body: unknown;
  /** Seconds that the server asks to wait; undefined where it does not say. */
  declare readonly retryAfter: number | undefined;
}

/** 400: the request is not as documented. */
export class BadRequestError extends APIStatusError {
  override name = "BadRequestError";
}

/** 401: the credential is missing, wrong or revoked. */
export class AuthenticationError extends APIStatusError {
  override name = "AuthenticationError";
}

/** 403: the credential is valid, and not enough. */
export class PermissionDeniedError extends APIStatusError {
  override name = "PermissionDeniedError";
}

/** 404: there is nothing here, or not for this credential. */
export class NotFoundError extends APIStatusError {
  override name = "NotFoundError";
}

/** 405: the path does not take this method. */
export class MethodNotAllowedError extends APIStatusError {
  override name = "MethodNotAllowedError";
}

/** 408: the server gave up waiting for the request. */
export class RequestTimeoutError extends APIStatusError {
  override name = "RequestTimeoutError";
}

/** 409: the request does not fit the state of the resource. */
export class ConflictError extends APIStatusError {
  override name = "ConflictError";
}

/** 410: it was here, and will not be again. */
export class GoneError extends APIStatusError {
  override name = "GoneError";
}

/** 412: the resource is not as the request assumed. */
export class PreconditionFailedError extends APIStatusError {
  override name = "PreconditionFailedError";
}

/** 413: the body is larger than the server takes. */
export class PayloadTooLargeError extends APIStatusError {
  override name = "PayloadTooLargeError";
}

/** 415: the body is of a type that the server does not take. */
export class UnsupportedMediaTypeError extends APIStatusError {
  override name = "UnsupportedMediaTypeError";
}

/** 422: well-formed, and impossible. */
export class UnprocessableEntityError extends APIStatusError {
  override name = "UnprocessableEntityError";
}

/** 429: too many requests; `retryAfter` says how long to wait. */
export class RateLimitError extends APIStatusError {
  override name = "RateLimitError";
}

/** 5xx: the request was fine, and the server failed. */
export class InternalServerError extends APIStatusError {
  override name = "InternalServerError";
}

/** Classes of errors, by `<status> <code>`: those of the codes that an API documents. */
export type ErrorClasses = Readonly<Record<string, typeof APIStatusError>>;

const STATUS_ERRORS: Readonly<Record<number, typeof APIStatusError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  405: MethodNotAllowedError,
  408: RequestTimeoutError,
  409: ConflictError,
  410: GoneError,
  412: PreconditionFailedError,
  413: PayloadTooLargeError,
  415: UnsupportedMediaTypeError,
  422: UnprocessableEntityError,
  429: RateLimitError,
};

/** The class for a status and a code, documented or not. */
export function statusClass(
  status: number,
  code: string,
  classes: ErrorClasses,
): typeof APIStatusError {
  return (
    classes[`${status} ${code}`] ??
    STATUS_ERRORS[status] ??
    (status < 500 ? APIStatusError : InternalServerError)
  );
}

const CAUSES: readonly (typeof APIError)[] = [
  ArgumentError,
  MissingCredentialsError,
  PaginationError,
  APIConnectionError,
  APITimeoutError,
  APIResponseValidationError,
  ResponseTooLargeError,
];

/**
 * The error that became `data`, by `JSON` or by `structuredClone`; `undefined` where none did.
 *
 * `classes` are those of the API's own codes, `more` those of causes that only some programs know.
 */
export function reviveError(
  data: unknown,
  classes: ErrorClasses = {},
  more: readonly (typeof APIError)[] = [],
): APIError | undefined {
  const { message, cause, ...rest } = Object(data);
  const facts = data instanceof Error ? Object(cause) : rest;
  const words = data instanceof Error ? data.message : message;
  const kind = [...CAUSES, ...more].find((kind) => new kind("").name === facts.name);
  if (kind) return new kind(words, facts);
  return "code" in facts && "status" in facts
    ? new (statusClass(facts.status, facts.code, classes))(words, facts)
    : undefined;
}
