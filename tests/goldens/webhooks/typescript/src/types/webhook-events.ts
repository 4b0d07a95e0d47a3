/** What the webhooks carry. */

import { object, optional, type Shape, string } from "../runtime/shapes.ts";

export interface DoorOpened {
  type: "door.opened";
  door: string;
  by?: string;
}

export interface DoorClosed {
  type: "door.closed";
  door: string;
}

/** How values of `DoorOpened` are read and written. */
export const doorOpenedShape: Shape<DoorOpened> = object({
  type: string,
  door: string,
  by: optional(string),
});

/** How values of `DoorClosed` are read and written. */
export const doorClosedShape: Shape<DoorClosed> = object({ type: string, door: string });
