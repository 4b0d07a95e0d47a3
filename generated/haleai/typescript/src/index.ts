/**
 * A client of HaleAI.
 *
 * Read-only access to the contacts, leads and deals of your team. The API speaks JSON over HTTPS
 * and has three resources, each with a paginated list and a detail.
 */

export { HaleAI, type HaleAIOptions } from "./client.ts";
export {
  APIConnectionError,
  APIError,
  APIResponseError,
  APIResponseValidationError,
  APIStatusError,
  APITimeoutError,
  ArgumentError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  errorFrom,
  GoneError,
  InternalError,
  InternalServerError,
  InvalidCursorError,
  InvalidRequestError,
  MethodNotAllowedError,
  MissingCredentialsError,
  NotFoundError,
  PaginationError,
  PayloadTooLargeError,
  PermissionDeniedError,
  PlanRequiredError,
  PreconditionFailedError,
  RateLimitError,
  RateLimitedError,
  RequestTimeoutError,
  ResponseTooLargeError,
  UnauthorizedError,
  UnprocessableEntityError,
  UnsupportedMediaTypeError,
} from "./errors.ts";
export type { Contacts, ContactsListParams } from "./resources/contacts.ts";
export type { Deals, DealsListParams } from "./resources/deals.ts";
export type { Leads, LeadsListParams } from "./resources/leads.ts";
export type { RequestFacts, ResponseFacts } from "./runtime/errors.ts";
export type { EventStream, UnknownEvent } from "./runtime/events.ts";
export type {
  ClientOptions,
  Clock,
  ListOptions,
  Logger,
  Middleware,
  Pace,
  RequestOptions,
  RetryPolicy,
  Secret,
} from "./runtime/options.ts";
export type { Page, Paginator } from "./runtime/paging.ts";
export { APIPromise, type WithResponse } from "./runtime/promise.ts";
export type { RawRequest } from "./runtime/raw.ts";
export type { RateLimit, ResponseInfo } from "./runtime/response.ts";
export type { Unrecognized } from "./runtime/shapes.ts";
export type { Contact, ContactDetail, ContactPage } from "./types/contacts.ts";
export type { Deal, DealDetail, DealPage, DealStage } from "./types/deals.ts";
export type { Lead, LeadDetail, LeadPage, LeadStage } from "./types/leads.ts";
export type { ErrorDetail, ErrorObject, Pagination } from "./types/shared.ts";
