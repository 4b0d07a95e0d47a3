/** Types of the resource foo-bars. */

import { integer, named, number, object, optional, type Shape, string } from "../runtime/shapes.ts";

export interface FooBar {
  fooBar?: string;
  fooBar2?: string;
}

export interface FooBar2 {
  class?: string;
  field1St?: string;
  plus1?: number;
}

export interface Any {
  größe?: number;
  名?: string;
}

/** How values of `FooBar` are read and written. */
export const fooBarShape: Shape<FooBar> = object({
  fooBar: optional(string),
  foo_bar: optional(named("fooBar2", string)),
});

/** How values of `FooBar2` are read and written. */
export const fooBar2Shape: Shape<FooBar2> = object({
  class: optional(string),
  "1st": optional(named("field1St", string)),
  "+1": optional(named("plus1", integer)),
});

/** How values of `Any` are read and written. */
export const anyShape: Shape<Any> = object({ größe: optional(number), 名: optional(string) });
