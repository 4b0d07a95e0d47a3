/**
 * A client of Leadiosa.
 *
 * Customer conversations and what belongs to them: messages, notes, contacts, a knowledge base. The
 * API speaks JSON over HTTPS; plain HTTP is redirected with 308.
 */

export { Leadiosa, type LeadiosaOptions } from "./client.ts";
export {
  APIConnectionError,
  APIError,
  APIResponseError,
  APIResponseValidationError,
  APIStatusError,
  APITimeoutError,
  ArgumentError,
  ArticleNotFoundError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ContactNotFoundError,
  ConversationClosedError,
  ConversationNotFoundError,
  CursorExpiredError,
  errorFrom,
  ForbiddenError,
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
  PreconditionFailedError,
  PrivateTargetError,
  RateLimitError,
  RateLimitedError,
  RequestTimeoutError,
  ResponseTooLargeError,
  UnauthorizedError,
  UnknownAssigneeError,
  UnknownContactError,
  UnprocessableEntityError,
  UnsupportedMediaTypeError,
  WebhookNotFoundError,
  WorkspaceActiveError,
  WorkspaceClosedError,
} from "./errors.ts";
export type { Audit, AuditListParams } from "./resources/audit.ts";
export type { Billing } from "./resources/billing.ts";
export type { BillingSubscription } from "./resources/billing-subscription.ts";
export type { Contacts, ContactsListParams, ContactsUpdateParams } from "./resources/contacts.ts";
export type {
  Conversations,
  ConversationsCreateParams,
  ConversationsListParams,
  ConversationsUpdateParams,
} from "./resources/conversations.ts";
export type {
  ConversationsMessages,
  ConversationsMessagesCreateParams,
  ConversationsMessagesListParams,
} from "./resources/conversations-messages.ts";
export type {
  ConversationsNotes,
  ConversationsNotesCreateParams,
  ConversationsNotesListParams,
} from "./resources/conversations-notes.ts";
export type {
  Knowledge,
  KnowledgeCreateParams,
  KnowledgeListParams,
  KnowledgeUpdateParams,
} from "./resources/knowledge.ts";
export type { KnowledgeChunks, KnowledgeChunksListParams } from "./resources/knowledge-chunks.ts";
export type { Openapi } from "./resources/openapi.ts";
export type { Webhooks, WebhooksCreateParams, WebhooksListParams } from "./resources/webhooks.ts";
export type { WorkspaceResource } from "./resources/workspace.ts";
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
export type { AuditAction, AuditEntry, AuditEntryPage } from "./types/audit.ts";
export type { AiTokenUsage, BillingCycle, BillingInterval, Subscription } from "./types/billing.ts";
export type { Contact, ContactPage, ContactUpdate } from "./types/contacts.ts";
export type {
  Conversation,
  ConversationPage,
  ConversationUpdate,
  Message,
  MessagePage,
  NewConversation,
  NewMessage,
  NewNote,
  Note,
  NotePage,
} from "./types/conversations.ts";
export type {
  Article,
  ArticlePage,
  ArticleUpdate,
  Chunk,
  ChunkPage,
  NewArticle,
} from "./types/knowledge.ts";
export type { OpenapiDocument } from "./types/openapi.ts";
export type {
  ConversationStatus,
  ErrorDetail,
  ErrorObject,
  MessageAuthor,
  Pagination,
} from "./types/shared.ts";
export type {
  ContactDeletedEvent,
  ContactDeletedEventData,
  ConversationCreatedEvent,
  ConversationCreatedEventData,
  ConversationUpdatedEvent,
  ConversationUpdatedEventData,
  MessageCreatedEvent,
  MessageCreatedEventData,
} from "./types/webhook-events.ts";
export type {
  CreatedWebhook,
  EventType,
  NewWebhook,
  Webhook,
  WebhookPage,
} from "./types/webhooks.ts";
export type { ArchiveStatus, Workspace, WorkspaceStatus } from "./types/workspace.ts";
