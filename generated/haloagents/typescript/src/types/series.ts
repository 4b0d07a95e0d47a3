/** Types of the resource series. */

import { boolean, object, optional, type Shape, string } from "../runtime/shapes.ts";

/** A user to enroll in a series, or to remove from it. */
export interface SeriesRequest {
  /** Identifies the series. */
  seriesId: string;
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
  /** What to do. */
  action: SeriesRequestAction;
}

/** What to do. */
export type SeriesRequestAction = "enroll" | "remove" | (string & {});

/** Whether a user gets the emails of a series. */
export interface SeriesMembership {
  /** Identifies the series. */
  seriesId: string;
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId: string;
  /** Whether they do, from now on. */
  enrolled: boolean;
}

/** How values of `SeriesRequest` are read and written. */
export const seriesRequestShape: Shape<SeriesRequest> = object({
  series_id: string,
  user_id: string,
  user_token: optional(string),
  action: string,
});

/** How values of `SeriesMembership` are read and written. */
export const seriesMembershipShape: Shape<SeriesMembership> = object({
  series_id: string,
  user_id: string,
  enrolled: boolean,
});
