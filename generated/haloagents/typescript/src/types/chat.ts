/** Types of the resource chat. */

import { any, array, object, optional, record, type Shape, string } from "../runtime/shapes.ts";

/** A message to the agent, with what it should know. */
export interface ChatRequest {
  /** What the visitor says. */
  message: string;
  /** The conversation so far, the oldest message first. */
  history?: ChatMessage[];
  /** What the visitor has been doing, for the agent to take into account. */
  behaviorContext?: string;
  /** Whatever else the agent should know; at most 10,000 characters of JSON. */
  customFields?: Record<string, unknown>;
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId?: string;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string;
}

/** A message of the conversation. */
export interface ChatMessage {
  /** Who said it, the visitor or the agent. */
  role: ChatMessageRole;
  /** What was said. */
  content: string;
}

/** Who said it, the visitor or the agent. */
export type ChatMessageRole = "user" | "assistant" | (string & {});

/** What the agent says. */
export interface ChatReply {
  /** The whole reply. */
  reply: string;
}

/** A piece of what the agent says. */
export interface ChatDelta {
  /** Follows the pieces before it; together they are the reply. */
  text: string;
}

/** How values of `ChatMessage` are read and written. */
export const chatMessageShape: Shape<ChatMessage> = object({ role: string, content: string });

/** How values of `ChatRequest` are read and written. */
export const chatRequestShape: Shape<ChatRequest> = object({
  message: string,
  history: optional(array(chatMessageShape)),
  behavior_context: optional(string),
  custom_fields: optional(record(any)),
  user_id: optional(string),
  user_token: optional(string),
});

/** How values of `ChatReply` are read and written. */
export const chatReplyShape: Shape<ChatReply> = object({ reply: string });

/** How values of `ChatDelta` are read and written. */
export const chatDeltaShape: Shape<ChatDelta> = object({ text: string });
