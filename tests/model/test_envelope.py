"""The shape that an API's errors share is found, with the places of its parts."""

from __future__ import annotations

import pytest

from generator.model import ErrorEnvelope
from tests.model.conftest import Model

_DOCUMENT = """
paths:
  /a:
    get:
      operationId: a
      responses:
        '200': {{description: Fine., content: {{application/json: {{schema: {{}}}}}}}}
        '400': {{$ref: '#/components/responses/Wrong'}}
        '500': {{$ref: '#/components/responses/Wrong'}}
{more}
components:
  responses:
    Wrong:
      description: No.
      content: {{application/json: {{schema: {{$ref: '#/components/schemas/Error'}}}}}}
  schemas:
    Error: {schema}
    Other: {{properties: {{message: {{type: string}}}}}}
"""


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{properties: {error: {type: string}}}", ErrorEnvelope("Error", ("error",))),
        (
            "{properties: {error: {properties: {code: {type: string}, message: {type: string}}}}}",
            ErrorEnvelope("Error", ("error", "message"), ("error", "code")),
        ),
        (
            "{properties: {error: {properties: {code: {enum: [a, b]}, message: {type: string}, "
            "requestId: {type: string}}}}}",
            ErrorEnvelope("Error", ("error", "message"), ("error", "code"), ("error", "requestId")),
        ),
        (
            "{properties: {type: {type: string}, detail: {type: string}}}",
            ErrorEnvelope("Error", ("detail",), ("type",)),
        ),
        (
            "{properties: {errors: {type: array, items: {properties: {message: {type: string}}}}}}",
            ErrorEnvelope("Error", ("errors", "0", "message")),
        ),
        ("{properties: {nothing: {type: string}}}", None),
    ],
)
def test_parts(model: Model, schema: str, expected: ErrorEnvelope | None) -> None:
    assert model(_DOCUMENT.format(schema=schema, more="")).api.envelope == expected


def test_the_token_endpoint_of_oauth_has_errors_of_its_own(model: Model) -> None:
    other = (
        "{description: No., content: {application/json: "
        "{schema: {$ref: '#/components/schemas/Other'}}}}"
    )
    more = f"""
  /oauth/token:
    post:
      operationId: token
      responses: {{'400': {other}, '401': {other}, '500': {other}}}
"""
    schemes = """
  securitySchemes:
    oauth:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: 'https://x.example/oauth/token', scopes: {}}}
"""
    schema = "{properties: {error: {type: string}}}"
    document = _DOCUMENT.format(schema=schema, more=more)
    exempt = model(document.rstrip() + schemes).api.envelope
    assert exempt is not None
    assert exempt.schema == "Error"
    counted = model(document).api.envelope
    assert counted is not None
    assert counted.schema == "Other"
