/**
 * A client of Aloha.
 *
 * Post scheduling for teams: what you do in Aloha, from code. The API speaks JSON over HTTPS; plain
 * HTTP is rejected with 403, never redirected.
 */

export { Aloha, type AlohaOptions } from "./client.ts";
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
  InsufficientScopeError,
  InternalError,
  InternalServerError,
  InvalidClientError,
  InvalidCursorError,
  InvalidGrantError,
  InvalidRequestError,
  InvalidScopeError,
  MethodNotAllowedError,
  MissingCredentialsError,
  NotFoundError,
  PaginationError,
  PayloadTooLargeError,
  PermissionDeniedError,
  PreconditionFailedError,
  RateLimitError,
  RateLimitedError,
  RequestTimeoutError,
  ResponseTooLargeError,
  ServerError,
  TlsRequiredError,
  UnauthorizedClientError,
  UnauthorizedError,
  UnprocessableEntityError,
  UnsupportedGrantTypeError,
  UnsupportedMediaTypeError,
} from "./errors.ts";
export type { Analytics, AnalyticsExportParams } from "./resources/analytics.ts";
export type { Inbox } from "./resources/inbox.ts";
export type { InboxThreads, InboxThreadsListParams } from "./resources/inbox-threads.ts";
export type { Matrix } from "./resources/matrix.ts";
export type { Oauth, OauthAuthorizeParams, OauthTokenParams } from "./resources/oauth.ts";
export type { Posts, PostsCreateParams, PostsListParams } from "./resources/posts.ts";
export type { Voice, VoiceTrainParams } from "./resources/voice.ts";
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
export type { ExportFormat, NewAnalyticsExport } from "./types/analytics.ts";
export type { InboxThread, InboxThreadPage } from "./types/inbox.ts";
export type { GrantType, OAuthErrorObject, Token, TokenRequest } from "./types/oauth.ts";
export type { NewPost, Post, PostChannel, PostPage, PostStatus } from "./types/posts.ts";
export type {
  Channel,
  ErrorDetail,
  ErrorObject,
  EventName,
  Job,
  Pagination,
} from "./types/shared.ts";
export type { NewVoiceTraining } from "./types/voice.ts";
export type {
  MatrixCompletedEvent,
  MatrixCompletedEventData,
  PostEventData,
  PostFailedEvent,
  PostFailedEventData,
  PostPublishedEvent,
  PostScheduledEvent,
  ReplyReceivedEvent,
  ReplyReceivedEventData,
} from "./types/webhook-events.ts";
