"""Schemas of a document become types that say the same."""

from __future__ import annotations

import pytest

from generator.model import (
    Anything,
    Api,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Object,
    Reference,
    Scalar,
)
from tests.model.conftest import Model, one, properties, schemas


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{type: string, format: date-time}", Scalar("string", "date-time")),
        ("{type: integer}", Scalar("integer")),
        ("{type: [integer, number]}", Scalar("number")),
        ("{type: boolean, enum: [true, false]}", Scalar("boolean")),
        ("{enum: [a, b]}", Enumeration(("a", "b"), "string")),
        ("{enum: [1, 2.5]}", Enumeration((1, 2.5), "number")),
        ("{enum: [1, 'a']}", Enumeration((1, "a"), "mixed")),
        ("{enum: [1, true]}", Enumeration((1, True), "mixed")),
        ("{enum: [only]}", Constant("only")),
        ("{const: 3}", Constant(3)),
        ("{type: 'null'}", Constant(None)),
        ("{}", Anything()),
        ("true", Anything()),
        ("{description: free}", Anything()),
        ("{minLength: 3}", Scalar("string")),
        ("{contentEncoding: base64, type: string}", Scalar("string", "byte")),
        ("{type: object, additionalProperties: false}", Object((), None)),
        ("{enum: [{a: 1}, b]}", Anything()),
    ],
)
def test_types(model: Model, schema: str, expected: object) -> None:
    assert one(model, schema).type == expected


@pytest.mark.parametrize(
    "schema",
    [
        "{type: [string, 'null']}",
        "{anyOf: [{type: string}, {type: 'null'}]}",
        "{oneOf: [{type: 'null'}, {type: string}]}",
        "{anyOf: [{type: string}, {const: null}]}",
        "{type: [string, 'null'], description: said}",
    ],
)
def test_every_spelling_of_null_is_the_same(model: Model, schema: str) -> None:
    built = one(model, schema)
    assert (built.type, built.nullable) == (Scalar("string"), True)


def test_null_among_enumerated_values_makes_them_nullable(model: Model) -> None:
    built = one(model, "{enum: [a, b, null]}")
    assert (built.type, built.nullable) == (Enumeration(("a", "b"), "string"), True)


def test_a_reference_to_what_may_be_null_may_be_null(model: Model) -> None:
    api = schemas(
        model,
        """
Maybe: {type: [object, 'null'], properties: {a: {type: string}}}
Holder:
  properties:
    direct: {$ref: '#/components/schemas/Maybe'}
    wrapped: {anyOf: [{$ref: '#/components/schemas/Sure'}, {type: 'null'}]}
    sure: {$ref: '#/components/schemas/Sure'}
Sure: {type: object, properties: {a: {type: string}}}
""",
    )
    held = properties(api, "Holder")
    assert {name: (s.type, s.nullable) for name, s in held.items()} == {
        "direct": (Reference("Maybe"), True),
        "wrapped": (Reference("Sure"), True),
        "sure": (Reference("Sure"), False),
    }


def test_members_keep_their_order_and_allof_is_merged(model: Model) -> None:
    api = schemas(
        model,
        """
Base: {type: object, required: [id], properties: {id: {type: string}, kind: {type: string}}}
Whole:
  description: Own words.
  allOf:
    - $ref: '#/components/schemas/Base'
    - {properties: {extra: {type: integer}}, required: [extra]}
  properties: {kind: {maxLength: 3}}
  required: [kind]
""",
    )
    kind = api.schemas["Whole"].type
    assert isinstance(kind, Object)
    assert [(p.name, p.required) for p in kind.properties] == [
        ("id", True),
        ("kind", True),
        ("extra", True),
    ]
    merged = kind.properties[1].schema
    assert (merged.type, merged.limits.max_length) == (Scalar("string"), 3)
    assert api.schemas["Whole"].description == "Own words."


def test_an_allof_of_one_reference_stays_a_reference_with_its_own_words(model: Model) -> None:
    api = schemas(
        model,
        """
Holder:
  properties:
    a: {allOf: [{$ref: '#/components/schemas/It'}], description: Mine., default: {}}
    b: {allOf: [{$ref: '#/components/schemas/It'}, {description: Inner.}], readOnly: true}
    c: {type: object, allOf: [{$ref: '#/components/schemas/It'}]}
    d: {$ref: '#/components/schemas/It', deprecated: true}
It: {type: object, properties: {x: {type: string}}}
""",
    )
    held = properties(api, "Holder")
    assert {schema.type for schema in held.values()} == {Reference("It")}
    assert held["a"].description == "Mine."
    assert (held["a"].has_default, held["a"].default) == (True, {})
    assert held["b"].read_only
    assert held["b"].description == "Inner."
    assert held["d"].deprecated


def test_recursion_of_every_kind_is_a_reference(model: Model) -> None:
    api = schemas(
        model,
        """
Node:
  properties:
    next: {$ref: '#/components/schemas/Node'}
    tree: {$ref: '#/components/schemas/Tree'}
Tree: {type: array, items: {$ref: '#/components/schemas/Tree'}}
Map: {additionalProperties: {$ref: '#/components/schemas/Map'}}
""",
    )
    assert properties(api, "Node")["next"].type == Reference("Node")
    tree, mapping = api.schemas["Tree"].type, api.schemas["Map"].type
    assert isinstance(tree, Array)
    assert tree.items.type == Reference("Tree")
    assert isinstance(mapping, Dictionary)
    assert mapping.values.type == Reference("Map")


def test_a_schema_made_of_itself_is_a_finding_and_the_rest_stays(model: Model) -> None:
    built = model(
        """
        paths: {}
        components:
          schemas:
            Ouroboros:
              allOf: [{$ref: '#/components/schemas/Ouroboros'}]
              properties: {tail: {type: string}}
        """
    )
    kind = built.api.schemas["Ouroboros"].type
    assert isinstance(kind, Object)
    assert [p.name for p in kind.properties] == ["tail"]
    assert [(f.code, f.position.line) for f in built.findings] == [("GEN-003", 7)]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{type: object}", Anything()),
        ("{type: object, additionalProperties: {type: integer}}", Scalar("integer")),
        (
            "{patternProperties: {'^x': {type: integer}}, additionalProperties: false}",
            Scalar("integer"),
        ),
    ],
)
def test_free_form_objects(model: Model, schema: str, expected: object) -> None:
    kind = one(model, schema).type
    assert isinstance(kind, Dictionary)
    assert kind.values.type == expected


def test_undeclared_members_are_kept_unless_they_are_forbidden(model: Model) -> None:
    open_, closed, typed = (
        one(model, f"{{properties: {{a: {{}}}}{more}}}").type
        for more in ("", ", additionalProperties: false", ", additionalProperties: {type: string}")
    )
    assert isinstance(open_, Object)
    assert open_.additional is not None
    assert isinstance(open_.additional.type, Anything)
    assert isinstance(closed, Object)
    assert closed.additional is None
    assert isinstance(typed, Object)
    assert typed.additional is not None
    assert typed.additional.type == Scalar("string")


def test_a_required_member_that_is_not_declared_is_one_of_any_type(model: Model) -> None:
    kind = one(model, "{type: object, required: [a]}").type
    assert isinstance(kind, Object)
    assert [(p.name, p.schema.type, p.required) for p in kind.properties] == [
        ("a", Anything(), True)
    ]


def test_tuples(model: Model) -> None:
    built = one(
        model, "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}"
    )
    assert isinstance(built.type, Array)
    assert [each.type for each in built.type.prefix] == [Scalar("string"), Scalar("integer")]
    assert built.limits.max_items == 2


def test_names_and_words_of_enumerated_values(model: Model) -> None:
    kind = one(
        model, "{enum: [1, 2], x-enum-varnames: [LOW, HIGH], x-enum-descriptions: [Little, Much]}"
    ).type
    assert kind == Enumeration((1, 2), "integer", ("LOW", "HIGH"), ("Little", "Much"))


def test_payload_limits(model: Model) -> None:
    built = one(
        model,
        "{properties: {a: {}}, x-payload-limits: [{fields: [a], maximum: 5, unit: bytes}]}",
    )
    assert [(x.fields, x.maximum, x.unit) for x in built.payload_limits] == [(("a",), 5, "bytes")]


def test_bounds_are_the_tightest_of_all_parts(model: Model) -> None:
    built = one(
        model, "{allOf: [{type: integer, minimum: 1}, {minimum: 3, maximum: 9}], maximum: 5}"
    )
    assert (built.limits.minimum, built.limits.maximum) == (3, 5)


def test_openapi_3_0_and_3_1_say_the_same(model: Model) -> None:
    text = """
It:
  type: object
  properties:
    maybe: {%s}
    ref: {%s}
    more: {type: integer, %s}
Other: {type: object, properties: {a: {type: string}}}
"""
    old = schemas(
        model,
        text
        % (
            "type: string, nullable: true",
            "nullable: true, allOf: [{$ref: '#/components/schemas/Other'}]",
            "minimum: 0, exclusiveMinimum: true",
        ),
        "openapi: 3.0.3\ninfo: {title: Zoo, version: '1'}\n",
    )
    new = schemas(
        model,
        text
        % (
            "type: [string, 'null']",
            "anyOf: [{$ref: '#/components/schemas/Other'}, {type: 'null'}]",
            "exclusiveMinimum: 0",
        ),
    )

    def facts(api: Api) -> list[object]:
        return [(n, s.type, s.nullable, s.limits) for n, s in properties(api, "It").items()]

    assert facts(old) == facts(new)


def test_deep_nesting_is_a_finding_not_a_crash(model: Model) -> None:
    deep = "{type: array, items: " * 100 + "{type: string}" + "}" * 100
    built = model(f"paths: {{}}\ncomponents: {{schemas: {{Deep: {deep}}}}}\n")
    assert [f.code for f in built.findings] == ["GEN-001"]
    deep_objects = "{properties: {a: " * 55 + "{type: string}" + "}}" * 55
    assert not model(f"paths: {{}}\ncomponents: {{schemas: {{Deep: {deep_objects}}}}}\n").findings


def test_what_is_said_outermost_counts(model: Model) -> None:
    api = schemas(
        model,
        """
Base: {type: object, title: Base, properties: {a: {}}, examples: [{a: 1}]}
It: {allOf: [{$ref: '#/components/schemas/Base'}], title: It, examples: [{a: 2}], required: [a]}
""",
    )
    assert (api.schemas["It"].title, api.schemas["It"].examples) == ("It", ({"a": 2},))


def test_doubling_allofs_are_laid_together_once(model: Model) -> None:
    chain = "".join(
        f"L{n}: {{allOf: [{{$ref: '#/components/schemas/L{n + 1}'}}, "
        f"{{$ref: '#/components/schemas/L{n + 1}'}}], properties: {{p{n}: {{}}}}}}\n"
        for n in range(40)
    )
    api = schemas(model, chain + "L40: {properties: {last: {}}}")
    assert len(properties(api, "L0")) == 41


def test_true_adds_nothing_to_what_it_stands_beside(model: Model) -> None:
    api = schemas(
        model,
        """
Plain: {type: object, properties: {a: {type: string}}}
Same: {allOf: [{$ref: '#/components/schemas/Plain'}, true]}
Said: {description: Told., allOf: [true, {$ref: '#/components/schemas/Plain'}]}
""",
    )
    assert api.schemas["Same"].type == api.schemas["Said"].type == Reference("Plain")


def test_what_is_no_schema_adds_nothing_to_what_it_stands_beside(model: Model) -> None:
    api = schemas(
        model, "It: {allOf: [{$ref: '#/components/schemas/Id'}, null]}\nId: {type: string}"
    )
    assert api.schemas["It"].type == Reference("Id")


def test_a_union_that_contains_itself_beside_members_ends(model: Model) -> None:
    api = schemas(
        model,
        """
It: {type: object, properties: {a: {type: string}}, allOf: [{$ref: '#/components/schemas/Circle'}]}
Circle: {anyOf: [{$ref: '#/components/schemas/Circle'}, {$ref: '#/components/schemas/Circle'}]}
""",
    )
    assert {"It", "Circle"} <= api.schemas.keys()
