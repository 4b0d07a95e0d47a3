"""OpenAPI documents of any size: so many resources, each with its schema and five operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}


def document(operations: int, title: str = "Many Things") -> dict[str, Any]:
    """A document of so many operations, a multiple of five."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Error": _ERROR}
    for number in range(operations // 5):
        schemas[f"Thing{number}"] = _schema(number, operations // 5)
        paths |= _paths(number)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schema(number: int, count: int) -> dict[str, Any]:
    return {
        "type": "object",
        "description": f"A thing of kind {number}.",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "name": {"type": "string", "maxLength": 80},
            "created": {"type": "string", "format": "date-time"},
            "state": {"type": "string", "enum": ["open", "closed", "lost"]},
            "size": {"type": "integer", "minimum": 0},
            "parent": {"$ref": f"#/components/schemas/Thing{number // 2}"},
            "next": {"$ref": f"#/components/schemas/Thing{(number + 1) % count}"},
            "labels": {"type": "array", "items": {"type": "string"}},
        },
    }


def _paths(number: int) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/Thing{number}"}
    body = {"required": True, "content": {"application/json": {"schema": one}}}
    where = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    page = [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 20}},
        {"name": "state", "in": "query", "schema": {"type": "string", "enum": ["open", "lost"]}},
    ]

    def operation(verb: str, answer: Mapping[str, Any], **more: object) -> dict[str, Any]:
        fine = {"description": "Fine.", "content": {"application/json": {"schema": answer}}}
        error = {"$ref": "#/components/schemas/Error"}
        wrong = {"description": "Wrong.", "content": {"application/json": {"schema": error}}}
        return {
            "operationId": f"{verb}Thing{number}",
            "tags": [f"things{number}"],
            "summary": f"{verb.capitalize()} things of kind {number}.",
            "responses": {"200": fine, "404": wrong},
            **more,
        }

    return {
        f"/things{number}": {
            "get": operation("list", {"type": "array", "items": one}, parameters=page),
            "post": operation("create", one, requestBody=body),
        },
        f"/things{number}/{{id}}": {
            "get": operation("get", one, parameters=where),
            "patch": operation("update", one, parameters=where, requestBody=body),
            "delete": operation("delete", one, parameters=where),
        },
    }
