"""The token that proves who the user of a step's body is."""

from __future__ import annotations

from typing import Any

from conformance import jwt
from conformance.bodies import at, with_value
from conformance.contract import Contract
from conformance.identity import HOUR
from conformance.vocabulary import body_schema
from conformance.workflows.expressions import ExpressionError, Values
from generator.document.workflows import Step
from generator.model import Operation


def proved(contract: Contract, operation: Operation, step: Step, body: Any, values: Values) -> Any:
    """A body with a token of its user, good for an hour from when the workflow began.

    Raises ExpressionError where the operation asks for no proof.
    """
    identity, schema = operation.identity, body_schema(contract, operation)
    if identity is None or schema is None:
        raise ExpressionError(f"{operation.id} has no `x-identity`")
    user, began = at(body, identity.matches), int(values.now.timestamp())
    named = {} if user is None else {identity.subject[0]: user}
    claims = named | {"exp": began + HOUR} | values.filled(step.proof.get("claims", {}))
    token = jwt.token(claims, str(values.filled(step.proof["secret"])))
    return with_value(contract, schema, body, identity.token, token)
