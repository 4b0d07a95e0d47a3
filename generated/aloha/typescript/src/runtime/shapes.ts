/**
 * Shapes: what a value is on the wire, and how it is read from and written to it.
 *
 * A shape checks what a server sent, makes `Date`s of date-times, and gives members the names that
 * the types declare. Members that it does not know stay as they came.
 */

/** What stands where a word, or a variant, is one that this version does not know: a string. */
export declare enum Unrecognized {
  /** Any other word. */
  value = "\u0000",
}

/** How values of the type `T` are read and written. */
// biome-ignore lint/suspicious/noExplicitAny: a shape built from parts is checked by its use.
export interface Shape<T = any> {
  /** The value that `wire` stands for, which is changed in place. Throws `ShapeError`. */
  readonly read: (wire: unknown) => T;
  /** The `typeof` of values that are the same on the wire. */
  readonly kind?: string;
  /** Whether it may be missing from an object. */
  readonly optional?: boolean;
  /** The property that it is, where it is not the wire name in camel case. */
  readonly as?: string;
  /** The shape of the items of a list. */
  readonly item?: ShapeReference;
  /** The wire name and the shape of an object's property. */
  readonly member?: (property: string) => readonly [wire: string, shape: ShapeReference];
  /** The shape that stands for this one where `value` is written. */
  readonly choose?: (value: unknown) => ShapeReference;
}

/** A shape, or a function that gives it: for one that is declared later, or contains itself. */
export type ShapeReference = Shape | (() => Shape);

/** A value is not of its shape; the message says where, and never what the value is. */
export class ShapeError extends Error {
  /** Where, from the outermost value on. */
  path = "";
}

/** A wire name in camel case. */
export function camelCase(name: string): string {
  return name.replace(/(?!^)_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A moment as RFC 3339 in UTC. Throws `RangeError` for an invalid one. */
export function timestamp(moment: Date): string {
  return moment.toISOString().replace(".000Z", "Z");
}

/** What is sent for a value of a shape; moments in it stay `Date`s. */
export function write(shape: ShapeReference, value: unknown): unknown {
  const { item, member, choose } = resolve(shape);
  if (choose) return write(choose(value), value);
  if (item && Array.isArray(value)) return value.map((each) => write(item, each));
  if (!member || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([property, each]) => {
      const [wire, shape] = member(property);
      return [wire, write(shape, each)];
    }),
  );
}

/** Anything, as it comes. */
export const any: Shape = { read: (wire) => wire };

/** Text. */
export const string: Shape = primitive("string");

/** A number. */
export const number: Shape = primitive("number");

/** A whole number. */
export const integer: Shape = {
  read: (wire) => (Number.isInteger(wire) ? wire : wrong("a whole number", wire)),
};

/** True or false. */
export const boolean: Shape = primitive("boolean");

/** A date-time (RFC 3339); one without an offset is taken as UTC. */
export const date: Shape = {
  read(wire) {
    const text = typeof wire === "string" && wire[4] === "-" && wire[13] === ":" ? wire : "";
    const zoned = text.endsWith("Z") || /(z|[+-]\d\d:\d\d)$/.test(text);
    const moment = new Date(zoned ? text : `${text}Z`);
    return Number.isNaN(moment.getTime()) ? wrong("a date-time", wire) : moment;
  },
};

/** A shape that may be missing from an object. */
/* @__NO_SIDE_EFFECTS__ */
export function optional(shape: ShapeReference): Shape {
  return { ...lazy(shape), optional: true };
}

/** A shape whose property is not named after its wire name. */
/* @__NO_SIDE_EFFECTS__ */
export function named(as: string, shape: ShapeReference): Shape {
  return { ...lazy(shape), as };
}

/** A shape that may be null. */
/* @__NO_SIDE_EFFECTS__ */
export function nullable(shape: ShapeReference): Shape {
  const found = lazy(shape);
  return { ...found, read: (wire) => (wire === null ? wire : found.read(wire)) };
}

/** A list. */
/* @__NO_SIDE_EFFECTS__ */
export function array(item: ShapeReference): Shape {
  return {
    item,
    read(wire) {
      if (!Array.isArray(wire)) return wrong("an array", wire);
      for (let index = 0; index < wire.length; index++) {
        wire[index] = readPart(item, wire[index], index);
      }
      return wire;
    },
  };
}

/** An object with these members, by wire name; `rest` is the shape of all others. */
/* @__NO_SIDE_EFFECTS__ */
export function object(
  shapes: Readonly<Record<string, ShapeReference>>,
  rest: ShapeReference = any,
): Shape {
  const absent: Members = {};
  const members = Object.entries(shapes).map(([wire, shape]) => {
    const { optional, kind, as = camelCase(wire) } = shape as Shape;
    return { wire, as, shape, kind, optional, absent: absent[wire] };
  });
  const renamed = members.some(({ wire, as }) => wire !== as);
  return {
    member(property) {
      const { wire, shape } = members.find(({ as }) => as === property) ?? {};
      return [wire ?? property, shape ?? rest];
    },
    read(wire) {
      if (!isObject(wire)) return wrong("an object", wire);
      const value = renamed ? {} : wire;
      if (renamed || rest !== any) {
        for (const key of Object.keys(wire)) {
          if (Object.hasOwn(shapes, key) || key === "__proto__") continue;
          value[key] = readPart(rest, wire[key], key);
        }
      }
      for (const member of members) {
        const item = wire[member.wire];
        if (typeof item === member.kind) {
          if (renamed) value[member.as] = item;
        } else if (item !== member.absent) {
          value[member.as] = readPart(member.shape, item, member.wire);
        } else if (!member.optional) readPart(missing, item, member.wire);
      }
      return value;
    },
  };
}

/** An object with members of any name and one shape. */
/* @__NO_SIDE_EFFECTS__ */
export function record(item: ShapeReference): Shape {
  return object({}, item);
}

/** One of `variants`, told by the member `tag`; one that is not known stays as it came. */
/* @__NO_SIDE_EFFECTS__ */
export function union(tag: string, variants: Readonly<Record<string, ShapeReference>>): Shape {
  const choose = (value: unknown, name = camelCase(tag)) => {
    const word = isObject(value) && value[name];
    return (typeof word === "string" && Object.hasOwn(variants, word) && variants[word]) || any;
  };
  return { choose, read: (wire) => resolve(choose(wire, tag)).read(wire) };
}

/** The first of `variants` that fits; what none fits stays as it came. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf(...variants: readonly ShapeReference[]): Shape {
  const first = <R>(attempt: (shape: Shape) => R, otherwise: R): R => {
    for (const variant of variants) {
      try {
        return attempt(resolve(variant));
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
      }
    }
    return otherwise;
  };
  return {
    read: (wire) => first((shape) => shape.read(structuredClone(wire)), wire),
    choose: (value) =>
      first((shape) => {
        shape.read(JSON.parse(JSON.stringify([write(shape, value)]))[0]);
        return shape;
      }, any),
  };
}

type Members = Record<string, unknown>;

const missing: Shape = {
  read() {
    throw new ShapeError("it is missing");
  },
};

/* @__NO_SIDE_EFFECTS__ */
function primitive(kind: string): Shape {
  return { kind, read: (wire) => (typeof wire === kind ? wire : wrong(`a ${kind}`, wire)) };
}

function resolve(shape: ShapeReference): Shape {
  return typeof shape === "function" ? shape() : shape;
}

/* @__NO_SIDE_EFFECTS__ */
function lazy(shape: ShapeReference): Shape {
  return typeof shape === "function"
    ? { read: (wire) => shape().read(wire), choose: shape }
    : shape;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A part of a value, read; what is wrong with it is located. */
function readPart(shape: ShapeReference, wire: unknown, key: string | number): unknown {
  try {
    return resolve(shape).read(wire);
  } catch (error) {
    if (error instanceof ShapeError) error.path = `[${JSON.stringify(key)}]${error.path}`;
    throw error;
  }
}

function wrong(expected: string, wire: unknown): never {
  const found = wire === null ? "null" : Array.isArray(wire) ? "an array" : `a ${typeof wire}`;
  throw new ShapeError(`${found} is not ${expected}`);
}
