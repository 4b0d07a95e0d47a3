/** Operations on things, and an answer to them. */

import type { Operation } from "../../../generator/targets/typescript/runtime/operation.ts";
import { object, string } from "../../../generator/targets/typescript/runtime/shapes.ts";

/** The shape of a thing. */
export const thing = object({ id: string });
export const GET: Operation<{ id: string }> = {
  method: "GET",
  path: "/things/{id}",
  returns: thing,
};
export const POST: Operation<{ id: string }> = {
  method: "POST",
  path: "/things",
  body: {},
  returns: thing,
};
export const OK = { json: { id: "t1", extra: [1] } };
