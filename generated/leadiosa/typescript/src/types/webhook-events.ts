/** What the webhooks carry. */

import { date, object, optional, type Shape, string } from "../runtime/shapes.ts";
import type { ConversationStatus, MessageAuthor } from "./shared.ts";

/** A conversation was started. */
export interface ConversationCreatedEvent {
  /** The event's type. */
  type: "conversation.created";
  /** When it happened. */
  timestamp: Date;
  /** The conversation, and whom it is with. */
  data: ConversationCreatedEventData;
}

/** A conversation was updated. */
export interface ConversationUpdatedEvent {
  /** The event's type. */
  type: "conversation.updated";
  /** When it happened. */
  timestamp: Date;
  /** The conversation, and where it stands now. */
  data: ConversationUpdatedEventData;
}

/** A message was appended. */
export interface MessageCreatedEvent {
  /** The event's type. */
  type: "message.created";
  /** When it happened. */
  timestamp: Date;
  /** The message, and the conversation that it is in. */
  data: MessageCreatedEventData;
}

/** A contact was erased. */
export interface ContactDeletedEvent {
  /** The event's type. */
  type: "contact.deleted";
  /** When it happened. */
  timestamp: Date;
  /** The contact that was erased. */
  data: ContactDeletedEventData;
}

/** The conversation, and whom it is with. */
export interface ConversationCreatedEventData {
  /** The conversation it belongs to. */
  conversationId: string;
  /** The contact it is about. */
  contactId: string;
}

/** The conversation, and where it stands now. */
export interface ConversationUpdatedEventData {
  /** The conversation it belongs to. */
  conversationId: string;
  /** Where a conversation stands. */
  status: ConversationStatus;
  /** The member of the workspace who takes care of it. Absent where nobody does. */
  assigneeId?: string;
}

/** The message, and the conversation that it is in. */
export interface MessageCreatedEventData {
  /** The conversation it belongs to. */
  conversationId: string;
  /** The message. */
  messageId: string;
  /** Whose message it is, the contact's or your team's. */
  author: MessageAuthor;
}

/** The contact that was erased. */
export interface ContactDeletedEventData {
  /** The contact it is about. */
  contactId: string;
}

/** How values of `ConversationCreatedEventData` are read and written. */
export const conversationCreatedEventDataShape: Shape<ConversationCreatedEventData> = object({
  conversation_id: string,
  contact_id: string,
});

/** How values of `ConversationCreatedEvent` are read and written. */
export const conversationCreatedEventShape: Shape<ConversationCreatedEvent> = object({
  type: string,
  timestamp: date,
  data: conversationCreatedEventDataShape,
});

/** How values of `ConversationUpdatedEventData` are read and written. */
export const conversationUpdatedEventDataShape: Shape<ConversationUpdatedEventData> = object({
  conversation_id: string,
  status: string,
  assignee_id: optional(string),
});

/** How values of `ConversationUpdatedEvent` are read and written. */
export const conversationUpdatedEventShape: Shape<ConversationUpdatedEvent> = object({
  type: string,
  timestamp: date,
  data: conversationUpdatedEventDataShape,
});

/** How values of `MessageCreatedEventData` are read and written. */
export const messageCreatedEventDataShape: Shape<MessageCreatedEventData> = object({
  conversation_id: string,
  message_id: string,
  author: string,
});

/** How values of `MessageCreatedEvent` are read and written. */
export const messageCreatedEventShape: Shape<MessageCreatedEvent> = object({
  type: string,
  timestamp: date,
  data: messageCreatedEventDataShape,
});

/** How values of `ContactDeletedEventData` are read and written. */
export const contactDeletedEventDataShape: Shape<ContactDeletedEventData> = object({
  contact_id: string,
});

/** How values of `ContactDeletedEvent` are read and written. */
export const contactDeletedEventShape: Shape<ContactDeletedEvent> = object({
  type: string,
  timestamp: date,
  data: contactDeletedEventDataShape,
});
