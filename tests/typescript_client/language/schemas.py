"""Schemas: what JSON becomes in TypeScript, and that it goes back as it came."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.typescript_client.language.case import Case

AS_IT_CAME = "as it came"


@dataclass(frozen=True)
class BothWays:
    """Values that are read, used and sent again: what is sent is what came.

    `schemas` are in YAML, the one of the values is called as the tag, capitalised. `use` is a
    program that has each as `value`; `given` is how a call takes it.
    """

    name: str
    tag: str
    schemas: str
    wire: list[Any]
    use: str = ""
    told: list[str] | None = None
    given: str = "value"
    root: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """A case with an operation for each way."""
        content = f"content: {{application/json: {{schema: <{self.tag.title()}>}}}}"
        text = f"""
paths:
  /{self.tag}:
    post:
      operationId: {self.tag}Swap
      tags: [{self.tag}]
      x-fern-sdk-method-name: swap
      requestBody: {{required: true, {content}}}
      responses: {{'200': {{description: OK, {content}}}}}
    get:
      operationId: {self.tag}Get
      tags: [{self.tag}]
      x-fern-sdk-method-name: get
      responses: {{'200': {{description: OK, {content}}}}}
components:
  schemas:
{self.schemas}
"""
        program = f"""
for (const told of {json.dumps([json.dumps(each) for each in self.wire])}) {{
  const wire = JSON.parse(told);
  answer(wire);
  const value = await client.{self.tag}.get();
  {self.use}
  answer(wire);
  await client.{self.tag}.swap({self.given});
  const text = await sent().text();
  log(ordered(JSON.parse(text)) === ordered(wire) ? "{AS_IT_CAME}" : text);
}}
"""
        return Case(self.name, text, program, self.told or [AS_IT_CAME] * len(self.wire), self.root)


BODY = "{ body: value }"
_VALUES = [
    BothWays(
        "allOf merges",
        "merged",
        """
    Merged:
      allOf: [<Named>, {properties: {born_at: {type: string, format: date-time}}}]
      required: [born_at]
    Named: {type: object, required: [full_name], properties: {full_name: {type: string}}}
""",
        [{"full_name": "Ann", "born_at": "2026-01-02T03:04:05Z"}],
        "log(value.fullName, value.bornAt.getUTCFullYear());",
        ["Ann 2026", AS_IT_CAME],
    ),
    BothWays(
        "oneOf without a discriminator",
        "either",
        """
    Either: {oneOf: [<Meowing>, <Barking>, {type: string}, {type: array, items: <Barking>}]}
    Meowing: {type: object, required: [meows_at], properties: {
      meows_at: {type: string, format: date-time}}}
    Barking: {type: object, required: [barks_at], properties: {
      barks_at: {type: string, format: date-time}}}
""",
        [
            {"meows_at": "2026-01-02T03:04:05Z"},
            {"barks_at": "2027-01-02T03:04:05Z"},
            "silent",
            [{"barks_at": "2028-01-02T03:04:05Z"}],
        ],
        given=BODY,
    ),
    BothWays(
        "anyOf with null",
        "perhaps",
        """
    Perhaps: {anyOf: [<Sure>, {type: 'null'}]}
    Sure: {type: object, properties: {is_sure: {type: boolean}}}
""",
        [{"is_sure": True}, None],
        "log(value?.isSure ?? null);",
        ["true", AS_IT_CAME, "null", AS_IT_CAME],
        given=BODY,
    ),
    BothWays(
        "several types",
        "several",
        "    Several: {type: [string, integer, 'null']}",
        ["a", 3, None],
        "const kinds: string | number | null = value; log(typeof kinds);",
        ["string", AS_IT_CAME, "number", AS_IT_CAME, "object", AS_IT_CAME],
        given=BODY,
    ),
    BothWays(
        "constants",
        "fixed",
        "    Fixed: {required: [a, b], properties: {a: {const: 'on'}, b: {const: 3}}}",
        [{"a": "on", "b": 3}],
        'const three: 3 = value.b; log(value.a === "on", three);',
        ["true 3", AS_IT_CAME],
    ),
    BothWays(
        "nullable of 3.0",
        "old",
        """
    Old: {type: object, required: [a], properties: {
      a: {type: string, nullable: true}, b: {nullable: true, allOf: [<Inner>]}}}
    Inner: {type: object, properties: {c: {type: integer}}}
""",
        [{"a": None, "b": None}, {"a": "x", "b": {"c": 1}}],
        'const maybe: string | null = value.a; log(maybe, value.b?.c ?? "none");',
        ["null none", AS_IT_CAME, "x 1", AS_IT_CAME],
        root={"openapi": "3.0.3"},
    ),
    BothWays(
        "mutually recursive schemas",
        "folder",
        """
    Folder: {type: object, properties: {in_it: {type: array, items: <Entry>}}}
    Entry: {type: object, properties: {made_at: {type: string, format: date-time}, sub: <Folder>}}
""",
        [{"in_it": [{"made_at": "2026-01-02T03:04:05Z", "sub": {"in_it": [{}]}}]}],
        "log(value.inIt?.[0]?.sub?.inIt?.length, value.inIt?.[0]?.madeAt?.getUTCDate());",
        ["1 2", AS_IT_CAME],
    ),
    BothWays(
        "additional and pattern members",
        "open",
        """
    Open:
      type: object
      required: [the_id]
      properties: {the_id: {type: string}}
      patternProperties: {'^at-': <Moment>}
      additionalProperties: false
    Moment: {type: object, properties: {at_time: {type: string, format: date-time}}}
""",
        [{"the_id": "1", "at-start": {"at_time": "2026-01-02T03:04:05Z"}}],
    ),
    BothWays(
        "a map",
        "map",
        "    Map: {type: object, additionalProperties: {type: object, properties: {"
        "on_day: {type: string, format: date-time}}}}",
        [{}, {"first_one": {"on_day": "2026-01-02T03:04:05Z"}, "__proto__x": {}}],
        'log(Object.keys(value).join(), value["first_one"]?.onDay?.getUTCDate() ?? "");',
        [" ", AS_IT_CAME, "first_one,__proto__x 2", AS_IT_CAME],
        given=BODY,
    ),
    BothWays(
        "a free-form object",
        "free",
        "    Free: {type: object}",
        [{"a": [1, {"b_c": None}]}],
        'log(Array.isArray(value["a"]));',
        ["true", AS_IT_CAME],
        given=BODY,
    ),
    BothWays(
        "prefixItems",
        "tuple",
        "    Tuple: {type: array, items: false, prefixItems: ["
        "{type: string, format: date-time}, {type: integer}]}",
        [["2026-01-02T03:04:05Z", 1]],
        "const [at, count] = value; log(at instanceof Date && at.getUTCDate(), count);",
        ["2 1", AS_IT_CAME],
        given=BODY,
    ),
    BothWays(
        "own definitions, pointers and anchors",
        "defined",
        """
    Defined:
      type: object
      properties: {pointed: {$ref: '#/components/schemas/Defined/$defs/Day'}, named: {$ref: '#day'}}
      $defs: {Day: {$anchor: day, type: object, properties: {on_day: {type: integer}}}}
""",
        [{"pointed": {"on_day": 1}, "named": {"on_day": 2}}],
        "log(value.pointed?.onDay, value.named?.onDay);",
        ["1 2", AS_IT_CAME],
    ),
    BothWays(
        "names of members",
        "names",
        """
    Names:
      type: object
      required: [class, 1st, größe, a-b, a_b, constructor, __proto__, '', 日本, $x]
      properties: {class: {type: integer}, 1st: {type: integer}, größe: {type: integer},
        a-b: {type: integer}, a_b: {type: integer}, constructor: {type: integer},
        __proto__: {type: integer}, '': {type: integer}, 日本: {type: integer}, $x: {type: integer}}
""",
        [
            {"class": 1, "1st": 2, "größe": 3, "a-b": 4, "a_b": 5, "constructor": 6}
            | {"__proto__": 7, "": 8, "日本": 9, "$x": 10}
        ],
    ),
    BothWays(
        "enumerated values in two cases",
        "cases",
        "    Cases: {type: string, enum: [add, Add, ADD, '', '1', 'a\"b', class]}",
        ["add", "Add", "ADD", "", 'a"b', "unheard"],
        given=BODY,
    ),
]
CASES = [
    *(each.case for each in _VALUES),
    Case(
        "members that are only read, or only written",
        """
        paths:
          /accounts:
            post:
              operationId: createAccount
              tags: [accounts]
              requestBody: {required: true, content: {application/json: {schema: <Account>}}}
              responses:
                '201': {description: OK, content: {application/json: {schema: <Account>}}}
        components:
          schemas:
            Account:
              type: object
              required: [id, name, secret]
              properties:
                id: {type: string, readOnly: true}
                name: {type: string}
                secret: {type: string, writeOnly: true}
        """,
        """
        answer({ id: "1", name: "n" }, 201);
        const account = await client.accounts.create({ name: "n", secret: "s" });
        log(await sent().text(), account.id, account.name);
        """,
        ['{"name":"n","secret":"s"} 1 n'],
    ),
]
