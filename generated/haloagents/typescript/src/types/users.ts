/** Types of the resource users. */

import { any, object, optional, record, type Shape, string } from "../runtime/shapes.ts";

/** A user to create or update. */
export interface UserRequest {
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId: string;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string;
  /** The user's email address. */
  email?: string;
  /** The user's role. */
  role?: string;
  /** The user's plan. */
  plan?: string;
  /** What is known, by name. Free-form. */
  traits?: Record<string, unknown>;
  /** The circumstances under which it became known. Free-form. */
  context?: Record<string, unknown>;
}

/** An end user. */
export interface User {
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId: string;
  /** The user's email address. */
  email?: string;
  /** The user's role. */
  role?: string;
  /** The user's plan. */
  plan?: string;
  /** What is known, by name. Free-form. */
  traits: Record<string, unknown>;
}

/** One user. */
export interface UserDetail {
  /** An end user. */
  user: User;
}

/** How values of `UserRequest` are read and written. */
export const userRequestShape: Shape<UserRequest> = object({
  user_id: string,
  user_token: optional(string),
  email: optional(string),
  role: optional(string),
  plan: optional(string),
  traits: optional(record(any)),
  context: optional(record(any)),
});

/** How values of `User` are read and written. */
export const userShape: Shape<User> = object({
  user_id: string,
  email: optional(string),
  role: optional(string),
  plan: optional(string),
  traits: record(any),
});

/** How values of `UserDetail` are read and written. */
export const userDetailShape: Shape<UserDetail> = object({ user: userShape });
