/** Types of the resource chat. */

import { object, type Shape, string } from "../runtime/shapes.ts";

export interface SendChatRequest {
  text: string;
  stream?: boolean;
}

export interface Answer {
  text: string;
}

export interface Delta {
  part: string;
}

/** How values of `Answer` are read and written. */
export const answerShape: Shape<Answer> = object({ text: string });

/** How values of `Delta` are read and written. */
export const deltaShape: Shape<Delta> = object({ part: string });
