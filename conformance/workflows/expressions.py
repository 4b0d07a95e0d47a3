"""Runtime expressions (Arazzo 1.0 §5.8.4): `$response.body#/id`, `$steps.start.outputs.id`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.exchange import Exchange
from conformance.sample import written
from generator.document import split_pointer

_MOMENT = re.compile(r"\$(now|today)([+-]\d+)?")
_STEP = re.compile(r"\$steps\.([\w-]+)\.outputs\.([\w-]+)")
_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")


class ExpressionError(ValueError):
    """An expression that means nothing here; the message is one sentence."""


@dataclass(slots=True)
class Values:
    """What expressions can speak of: inputs, outputs of the steps so far, the last exchange.

    `now` is the target's time when the workflow began; `$now+60` is a minute later, `$today` the
    day of it. `each` is what a step is being taken with.
    """

    inputs: Mapping[str, Any]
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    exchange: Exchange | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    each: Any = None

    def of(self, expression: str) -> Any:
        """The value of an expression; None where the answer has none.

        It may have others in it: `$response.body#/data/{$each}`. Raises ExpressionError where it
        is none.
        """
        expression = self._embedded(expression)
        name, _, pointer = expression.partition("#")
        if name == "$statusCode":
            return self._last.status
        if name.startswith("$response.header."):
            return self._last.answer.header(name.removeprefix("$response.header."))
        if name == "$response.body":
            body = self._last.json
            return at(body, pointer) if pointer else body
        return self._known(name, pointer, expression)

    def filled(self, value: Any) -> Any:
        """A value with its expressions, whole or embedded in `{…}`, replaced by theirs."""
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if not isinstance(value, str):
            return value
        if value.startswith("$"):
            return self.of(value)
        return self._embedded(value)

    def _embedded(self, text: str) -> str:
        return _EMBEDDED.sub(lambda match: written(self.of(match[1])), text)

    def _known(self, name: str, pointer: str, expression: str) -> Any:
        """The value of an expression that is not about the last answer."""
        if name == "$each":
            return at(self.each, pointer) if pointer else self.each
        if match := _MOMENT.fullmatch(name):
            moment = (self.now + timedelta(seconds=int(match[2] or 0))).astimezone(UTC)
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if match[1] == "now" else "%Y-%m-%d")
        if name.startswith("$inputs."):
            return self._named(self.inputs, name.removeprefix("$inputs."), expression)
        if match := _STEP.fullmatch(name):
            found = self._named(self.outputs.get(match[1], {}), match[2], expression)
            return at(found, pointer) if pointer else found
        raise ExpressionError(f"{expression} is no expression that is known here.")

    @property
    def _last(self) -> Exchange:
        if self.exchange is None:
            raise ExpressionError("There is no answer yet to speak of.")
        return self.exchange

    def _named(self, values: Mapping[str, Any], name: str, expression: str) -> Any:
        if name not in values:
            raise ExpressionError(f"{expression} names nothing; there are {sorted(values)}.")
        return values[name]


def at(value: Any, pointer: str) -> Any:
    """The value at a JSON Pointer (RFC 6901), None where there is none."""
    for token in split_pointer(pointer):
        if isinstance(value, dict):
            value = value.get(token)
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value
