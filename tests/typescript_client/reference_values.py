"""Values of the contract, by wire names, as the TypeScript client has them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from generator.model import Api, Array, Dictionary, Object, Reference, Scalar, Schema, Union
from generator.targets.typescript.names import member_names

DATE = "$date"
"""The member that stands for a `Date`: `{"$date": "2026-04-15T09:30:00.000Z"}`."""


def typed(api: Api, schema: Schema | None, value: Any) -> Any:  # noqa: PLR0911  one case a kind
    """A wire value with the names and, marked, the dates of TypeScript; unknown members stay."""
    match schema.type if schema else None, value:
        case Reference(name), _:
            return typed(api, api.schemas[name], value)
        case Scalar("string", "date-time"), str():
            return {DATE: instant(value)}
        case Object(properties) as kind, dict():
            names = member_names({}, kind)
            schemas = {prop.name: prop.schema for prop in properties}
            return {
                names.get(key, key): typed(api, schemas.get(key), item)
                for key, item in value.items()
            }
        case Array(items), list():
            return [typed(api, items, item) for item in value]
        case Dictionary(values), dict():
            return {key: typed(api, values, item) for key, item in value.items()}
        case Union(variants, told), dict() if told is not None:
            at = told.mapping.get(value.get(told.property, ""))
            return value if at is None else typed(api, variants[at], value)
    return value


def instant(text: str) -> str:
    """A moment as JavaScript writes it."""
    moment = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
