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
  /** What is sent for `value`; moments in it stay `Date`s. */
  readonly write: (value: unknown) => unknown;
  /** The `typeof` of values that are the same on the wire. */
  readonly kind?: string;
  /** Whether it may be missing from an object. */
  readonly optional?: boolean;
  /** The property that it is, where it is not the wire name in camel case. */
  readonly as?: string;
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

/** Anything, as it comes. */
export const any: Shape = { read: same, write: same };

/** Text. */
export const string: Shape = primitive("string");

/** A number. */
export const number: Shape = primitive("number");

/** A whole number. */
export const integer: Shape = {
  read: (wire) => (Number.isInteger(wire) ? wire : wrong("a whole number", wire)),
  write: same,
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
  write: same,
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
export function array(items: ShapeReference): Shape {
  const item = lazy(items);
  return {
    write: (value) => (Array.isArray(value) ? value.map(item.write) : value),
    read(wire) {
      if (!Array.isArray(wire)) return wrong("an array", wire);
      for (let index = 0; index < wire.length; index++) {
        wire[index] = readPart(item.read, wire[index], index);
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
  const others = lazy(rest);
  const members = Object.entries(shapes).map(([wire, each]) => {
    const shape = lazy(each);
    const { read, optional, kind, as = camelCase(wire) } = shape;
    return { wire, as, shape, read, kind, optional };
  });
  const known = new Map(members.map((member) => [member.wire, member]));
  const required = members.filter(({ optional }) => !optional);
  const renamed = members.some(({ wire, as }) => wire !== as);
  return {
    write(value) {
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([property, each]) => {
          const { wire = property, shape = others } =
            members.find(({ as }) => as === property) ?? {};
          return [wire, shape.write(each)];
        }),
      );
    },
    read(wire) {
      if (!isObject(wire)) return wrong("an object", wire);
      const value = renamed ? {} : wire;
      let found = 0;
      for (const key in wire) {
        const item = wire[key];
        const member = known.get(key);
        if (member) {
          if (!member.optional) found++;
          if (typeof item !== member.kind) value[member.as] = readPart(member.read, item, key);
          else if (renamed) value[member.as] = item;
        } else if (renamed ? key !== "__proto__" && !Object.hasOwn(value, key) : rest !== any) {
          value[key] = readPart(others.read, item, key);
        }
      }
      if (found < required.length) {
        for (const { wire: key } of required) {
          if (!Object.hasOwn(wire, key)) readPart(missing, wire, key);
        }
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
  return {
    read: (wire) => lazy(choose(wire, tag)).read(wire),
    write: (value) => lazy(choose(value)).write(value),
  };
}

/** The first of `variants` that fits; what none fits stays as it came. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf(...variants: readonly ShapeReference[]): Shape {
  const first = <R>(attempt: (shape: Shape) => R, otherwise: R): R => {
    for (const variant of variants) {
      try {
        return attempt(lazy(variant));
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
      }
    }
    return otherwise;
  };
  return {
    read: (wire) => first((shape) => shape.read(structuredClone(wire)), wire),
    write: (value) =>
      first((shape) => {
        const written = shape.write(value);
        shape.read(JSON.parse(JSON.stringify([written]))[0]);
        return written;
      }, value),
  };
}

type Members = Record<string, unknown>;

const missing = (): never => {
  throw new ShapeError("it is missing");
};

/* @__NO_SIDE_EFFECTS__ */
function primitive(kind: string): Shape {
  return {
    kind,
    read: (wire) => (typeof wire === kind ? wire : wrong(`a ${kind}`, wire)),
    write: same,
  };
}

/* @__NO_SIDE_EFFECTS__ */
function lazy(shape: ShapeReference): Shape {
  return typeof shape === "function"
    ? { read: (wire) => shape().read(wire), write: (value) => shape().write(value) }
    : shape;
}

function same(value: unknown): unknown {
  return value;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A part of a value, read; what is wrong with it is located. */
function readPart(read: Shape["read"], wire: unknown, key: string | number): unknown {
  try {
    return read(wire);
  } catch (error) {
    if (error instanceof ShapeError) error.path = `[${JSON.stringify(key)}]${error.path}`;
    throw error;
  }
}

function wrong(expected: string, wire: unknown): never {
  const found = wire === null ? "null" : Array.isArray(wire) ? "an array" : `a ${typeof wire}`;
  throw new ShapeError(`${found} is not ${expected}`);
}
