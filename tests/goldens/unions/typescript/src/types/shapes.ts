/** Types of the resource shapes. */

import {
  any,
  nullable,
  number,
  object,
  optional,
  type Shape as Shape_,
  string,
  type Unrecognized,
  union,
} from "../runtime/shapes.ts";

export type Shape = Circle | Square | { kind: Unrecognized; [member: string]: unknown };

export interface Circle {
  kind: "circle";
  radius: number;
  /** What it is painted in. */
  color?: Color | null;
}

export interface Square {
  kind: "square";
  side: number | string | null;
  label?: SquareLabel;
}

export type SquareLabel = SquareLabelPlain | SquareLabelMarked;

/** Plain */
export interface SquareLabelPlain {
  text: string;
}

/** Marked */
export interface SquareLabelMarked {
  html: string;
}

/** What it is painted in. */
export type Color = "red" | "Red" | "light-blue" | (string & {});

/** How values of `Circle` are read and written. */
export const circleShape: Shape_<Circle> = object({
  kind: string,
  radius: number,
  color: optional(nullable(string)),
});

/** How values of `SquareLabelPlain` are read and written. */
export const squareLabelPlainShape: Shape_<SquareLabelPlain> = object({ text: string });

/** How values of `SquareLabelMarked` are read and written. */
export const squareLabelMarkedShape: Shape_<SquareLabelMarked> = object({ html: string });

/** How values of `SquareLabel` are read and written. */
export const squareLabelShape: Shape_<SquareLabel> = any;

/** How values of `Square` are read and written. */
export const squareShape: Shape_<Square> = object({
  kind: string,
  side: any,
  label: optional(squareLabelShape),
});

/** How values of `Shape` are read and written. */
export const shapeShape: Shape_<Shape> = union("kind", {
  circle: circleShape,
  square: squareShape,
});
