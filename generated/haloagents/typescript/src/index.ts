/**
 * A client of HaloAgents.
 *
 * The endpoints behind the chat widget, for calling them yourself. The API speaks JSON over HTTPS.
 */

export { HaloAgents, type HaloAgentsOptions } from "./client.ts";
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
  InternalServerError,
  MethodNotAllowedError,
  MissingCredentialsError,
  NotFoundError,
  PaginationError,
  PayloadTooLargeError,
  PermissionDeniedError,
  PreconditionFailedError,
  RateLimitError,
  RequestTimeoutError,
  ResponseTooLargeError,
  UnprocessableEntityError,
  UnsupportedMediaTypeError,
} from "./errors.ts";
export type { Chat, ChatSendParams, ChatStreamEvent, ChatStreamParams } from "./resources/chat.ts";
export type { Companies, CompaniesIdentifyParams } from "./resources/companies.ts";
export type { ConfigResource, ConfigResourceGetParams } from "./resources/config.ts";
export type { Events, EventsSendParams } from "./resources/events.ts";
export type { Series, SeriesUpdateParams } from "./resources/series.ts";
export type { Tickets, TicketsCreateParams } from "./resources/tickets.ts";
export type { Users, UsersIdentifyParams } from "./resources/users.ts";
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
export type {
  ChatDelta,
  ChatMessage,
  ChatMessageRole,
  ChatReply,
  ChatRequest,
} from "./types/chat.ts";
export type { Company, CompanyDetail, CompanyRequest } from "./types/companies.ts";
export type { Agent, Config } from "./types/config.ts";
export type { EventObject, EventsReceipt, EventsRequest } from "./types/events.ts";
export type { SeriesMembership, SeriesRequest, SeriesRequestAction } from "./types/series.ts";
export type { ErrorObject } from "./types/shared.ts";
export type { TicketReceipt, TicketRequest } from "./types/tickets.ts";
export type { User, UserDetail, UserRequest } from "./types/users.ts";
