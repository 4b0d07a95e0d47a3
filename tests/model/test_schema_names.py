"""Each schema has a name, which no other schema takes from it."""

from __future__ import annotations

from generator.model import Reference, Scalar, Union
from tests.model.conftest import Model, properties, schemas


def test_inline_shapes_are_named_after_where_they_are_written(model: Model) -> None:
    api = schemas(
        model,
        """
Order:
  properties:
    status: {enum: [open, paid]}
    shipping_address: {type: object, properties: {city: {type: string}}}
    lines: {type: array, items: {type: object, properties: {sku: {type: string}}}}
    data: {type: array, items: {type: object, properties: {sku: {type: string}}}}
    extra: {additionalProperties: {enum: [a, b]}}
    either: {oneOf: [{type: string}, {type: integer}]}
    shape:
      oneOf:
        - $ref: '#/components/schemas/A'
        - {type: object, title: Round, properties: {r: {}}}
A: {type: object, properties: {a: {}}}
""",
    )
    assert list(api.schemas) == [
        "Order",
        "OrderStatus",
        "OrderShippingAddress",
        "OrderLine",
        "OrderDataItem",
        "OrderExtraValue",
        "OrderShape",
        "OrderShapeRound",
        "A",
    ]
    either = properties(api, "Order")["either"].type
    assert isinstance(either, Union)
    assert [each.type for each in either.variants] == [Scalar("string"), Scalar("integer")]


def test_a_component_keeps_its_name_and_an_inline_shape_makes_way(model: Model) -> None:
    api = schemas(
        model,
        """
Order: {properties: {status: {enum: [a, b]}}}
order_status: {type: string}
OrderStatus2: {type: string}
""",
    )
    assert set(api.schemas) == {"Order", "order_status", "OrderStatus2", "OrderStatus3"}
    assert properties(api, "Order")["status"].type == Reference("OrderStatus3")


def test_names_never_differ_by_case_or_punctuation_alone(model: Model) -> None:
    api = schemas(model, "Foo-Bar: {type: string}\nFooBar: {type: integer}\nfoo_bar: {}")
    assert list(api.schemas) == ["Foo-Bar", "FooBar2", "foo_bar3"]


def test_adding_a_schema_renames_no_other(model: Model) -> None:
    before = """
A: {properties: {kind: {enum: [a, b]}}}
B: {properties: {kind: {enum: [a, b]}}}
"""
    after = "New: {properties: {kind: {enum: [x, y]}, a: {type: object, properties: {q: {}}}}}\n"
    assert set(schemas(model, before).schemas) < set(schemas(model, after + before).schemas)


def test_a_schema_in_another_file_is_named_once(model: Model) -> None:
    built = model(
        """
        paths: {}
        components:
          schemas:
            A: {properties: {x: {$ref: 'other.yaml#/Thing'}, y: {$ref: 'other.yaml#/Thing'}}}
        """,
        other="Thing: {type: object, properties: {self: {$ref: '#/Thing'}}}\n",
    )
    assert list(built.api.schemas) == ["A", "Thing"]
    assert properties(built.api, "Thing")["self"].type == Reference("Thing")
    assert built.api.schemas["Thing"].position.file.endswith("other.yaml")


def test_names_are_in_the_order_of_the_text_and_other_files_come_last(model: Model) -> None:
    variants = ", ".join(f"{{title: T{n}, properties: {{v{n}: {{}}}}}}" for n in range(11))
    built = model(
        f"""
        components:
          schemas:
            Z: {{properties: {{far: {{$ref: 'a.yaml#/Thing'}}}}}}
            A: {{oneOf: [{variants}]}}
        paths:
          /z~a/{{id}}:
            get:
              responses:
                200:
                  description: Done.
                  content: {{application/json: {{schema: {{properties: {{z: {{}}}}}}}}}}
          /a:
            get:
              responses:
                200:
                  description: Done.
                  content: {{application/json: {{schema: {{properties: {{a: {{}}}}}}}}}}
        """,
        a="Thing: {properties: {far: {}}}\n",
    )
    names = ["Z", "A", *(f"AT{n}" for n in range(11)), "GetZAIdResponse", "GetAResponse", "Thing"]
    assert list(built.api.schemas) == names
