/** Types of the resource conversations. */

import { array, boolean, date, object, optional, type Shape, string } from "../runtime/shapes.ts";
import {
  type ConversationStatus,
  type MessageAuthor,
  type Pagination,
  paginationShape,
} from "./shared.ts";

/** An exchange with a contact. */
export interface Conversation {
  /** Identifies the conversation. */
  id: string;
  /** The contact it is about. */
  contactId: string;
  /** Where a conversation stands. */
  status: ConversationStatus;
  /** The member of the workspace who takes care of it. Absent where nobody does. */
  assigneeId?: string;
  /** When it was created. */
  createdAt: Date;
  /** When it last changed. */
  updatedAt: Date;
}

/** A conversation to start. */
export interface NewConversation {
  /** The contact it is about. */
  contactId: string;
  /** The member of the workspace who takes care of it. Absent where nobody does. */
  assigneeId?: string;
}

/** What to change of a conversation. At least one field. */
export interface ConversationUpdate {
  /** Where a conversation stands. */
  status?: ConversationStatus;
  /** The member of the workspace who takes care of it. Absent where nobody does. */
  assigneeId?: string;
}

/** One page of conversations. */
export interface ConversationPage {
  /** The conversations of this page. */
  data: Conversation[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** What was said in a conversation, and by whom. */
export interface Message {
  /** Identifies the message. */
  id: string;
  /** The conversation it belongs to. */
  conversationId: string;
  /** Whose message it is, the contact's or your team's. */
  author: MessageAuthor;
  /** The text; `[redacted]` once the contact is erased. */
  body: string;
  /** True once the text is redacted, because the contact was erased; else absent. */
  redacted?: boolean;
  /** When it was created. */
  createdAt: Date;
}

/** A message to append. */
export interface NewMessage {
  /** Whose message it is, the contact's or your team's. */
  author?: MessageAuthor;
  /** The text. */
  body: string;
}

/** One page of messages. */
export interface MessagePage {
  /** The messages of this page. */
  data: Message[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** What your team wrote beside a conversation. */
export interface Note {
  /** Identifies the note. */
  id: string;
  /** The conversation it belongs to. */
  conversationId: string;
  /** The text; `[redacted]` once the contact is erased. */
  body: string;
  /** True once the text is redacted, because the contact was erased; else absent. */
  redacted?: boolean;
  /** When it was created. */
  createdAt: Date;
}

/** A note to add. */
export interface NewNote {
  /** The text. */
  body: string;
}

/** One page of notes. */
export interface NotePage {
  /** The notes of this page. */
  data: Note[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** How values of `Conversation` are read and written. */
export const conversationShape: Shape<Conversation> = object({
  id: string,
  contact_id: string,
  status: string,
  assignee_id: optional(string),
  created_at: date,
  updated_at: date,
});

/** How values of `NewConversation` are read and written. */
export const newConversationShape: Shape<NewConversation> = object({
  contact_id: string,
  assignee_id: optional(string),
});

/** How values of `ConversationUpdate` are read and written. */
export const conversationUpdateShape: Shape<ConversationUpdate> = object({
  status: optional(string),
  assignee_id: optional(string),
});

/** How values of `ConversationPage` are read and written. */
export const conversationPageShape: Shape<ConversationPage> = object({
  data: array(conversationShape),
  pagination: paginationShape,
});

/** How values of `Message` are read and written. */
export const messageShape: Shape<Message> = object({
  id: string,
  conversation_id: string,
  author: string,
  body: string,
  redacted: optional(boolean),
  created_at: date,
});

/** How values of `MessagePage` are read and written. */
export const messagePageShape: Shape<MessagePage> = object({
  data: array(messageShape),
  pagination: paginationShape,
});

/** How values of `Note` are read and written. */
export const noteShape: Shape<Note> = object({
  id: string,
  conversation_id: string,
  body: string,
  redacted: optional(boolean),
  created_at: date,
});

/** How values of `NotePage` are read and written. */
export const notePageShape: Shape<NotePage> = object({
  data: array(noteShape),
  pagination: paginationShape,
});
