"""The wire vectors of all APIs as one file for `node --test`, in the names of TypeScript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator.document import load
from generator.model import Api, Array, Operation, Schema
from generator.model.builder import build
from generator.model.vectors import Delivery, Response, Vector, read
from generator.targets.definitions import at
from generator.targets.media_choice import sent_media
from generator.targets.resource_naming import walk
from generator.targets.typescript.arguments_plan import Argument, arguments
from generator.targets.typescript.expressions import Scope
from generator.targets.typescript.imports import Imports
from generator.targets.typescript.names import Names, names_of
from generator.targets.typescript.security_plan import scheme_options
from generator.targets.typescript.source import member
from tests.typescript_client.packages import package
from tests.typescript_client.reference_values import typed


def cases(name: str) -> dict[str, Any]:
    """The vectors of an API, each call and value as a TypeScript program has it."""
    folder = Path("openapi") / name
    api = build(load(folder / "openapi.yaml"), name).api
    names = names_of(api)
    told = read(folder / "vectors.yaml", api)
    options = {each.option for each in scheme_options(api, names.naming)}
    credentials = {member(key): secret for key, secret in told["credentials"].items()}
    assert set(credentials) <= options
    return {
        "api": name,
        "module": str(package(name) / "src"),
        "client": names.client,
        "credentials": credentials,
        "calls": [_call(api, names, vector) for vector in told["vectors"]],
        "webhooks": [_webhook(api, each) for each in told["webhooks"]],
    }


def _call(api: Api, names: Names, vector: Vector) -> dict[str, Any]:
    chain, index, operation = _place(api, vector["operation"])
    methods = names.methods[chain, index]
    streams = any("events" in each for each in vector["responses"])
    taken = arguments(Scope(api, names, Imports()), operation, sent_media(operation))
    given = {each.name: _given(api, each, vector) for each in taken if _has(each, vector)}
    path = [each.name for each in taken if each.location == "path"]
    known = {each.wire for each in taken if each.location == "body"}
    body = vector["call"].get("body")
    extra = {k: v for k, v in body.items() if k not in known} if isinstance(body, dict) else {}
    return {
        "name": vector["name"],
        "position": vector["position"],
        "resource": [names.resources[chain[: n + 1]].attribute for n in range(len(chain))],
        "method": methods[-1] if streams else methods[0],
        "path": [given[key] for key in path],
        "takes": any(each.location != "path" for each in taken),
        "params": {k: v for k, v in given.items() if k not in path} | extra,
        "request": vector["request"],
        "responses": [_response(api, operation, each) for each in vector["responses"]],
    }


def _webhook(api: Api, told: Delivery) -> dict[str, Any]:
    webhook = next((each for each in api.webhooks if each.name == told["event"]), None)
    schema = webhook.body.media[0].schema if webhook else None
    known = {} if "error" in told else {"value": typed(api, schema, json.loads(told["text"]))}
    return {**told, **known}


def _place(api: Api, operation_id: str) -> tuple[tuple[str, ...], int, Operation]:
    return next(
        (chain, index, operation)
        for chain, resource in walk(api.resources)
        for index, operation in enumerate(resource.operations)
        if operation.id == operation_id
    )


def _has(argument: Argument, vector: Vector) -> bool:
    if argument.location != "body":
        return argument.wire in vector["call"]["parameters"]
    body = vector["call"].get("body")
    return (isinstance(body, dict) and argument.wire in body) or argument.wire == "body"


def _given(api: Api, argument: Argument, vector: Vector) -> Any:
    if argument.location != "body":
        return typed(api, argument.schema, vector["call"]["parameters"][argument.wire])
    body = vector["call"].get("body")
    value = body[argument.wire] if isinstance(body, dict) and argument.wire in body else body
    return typed(api, argument.schema, value)


def _response(api: Api, operation: Operation, told: Response) -> dict[str, Any]:
    found: dict[str, Any] = dict(told)
    success = operation.response(told["status"]) or operation.success
    media = next(iter(success.media), None) if success else None
    schema = media.schema if media else None
    if "value" in told:
        found["value"] = typed(api, schema, told["value"])
    if "page" in told:
        rows = _rows(api, operation, schema)
        found["page"] = {
            **told["page"],
            "rows": [typed(api, rows, r) for r in told["page"]["rows"]],
        }
    if "events" in told and media and media.stream:
        shapes = media.stream.events
        found["events"] = [
            {**each, "data": typed(api, shapes.get(each["event"]), each["data"])}
            for each in told["events"]
        ]
    return found


def _rows(api: Api, operation: Operation, schema: Schema | None) -> Schema | None:
    path = operation.pagination.results if operation.pagination else ()
    found = at(api, schema, path)
    return found.type.items if path and found and isinstance(found.type, Array) else None
