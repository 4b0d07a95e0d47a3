"""Whatever the strings of a document say, pages are whole and nothing in them acts."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.contracts import Contract
from generator.generate.render import render
from tests.docs.checking import faults, read
from tests.fuzz.hostile_text import INJECTIONS

# Unreadable documents are findings, and have no pages.
HOSTILE = st.sampled_from([each for each in INJECTIONS if each != "\ud800" and len(each) < 900])
WORDS = st.lists(
    st.sampled_from(
        [*"<>\"'&`*_[]()#|\\\n x", "javascript:", "<b>", "-->", "](", "```\n", "| - |"]
    ),
    max_size=8,
).map("".join)
TEXTS = HOSTILE | WORDS


class Strings:
    """Gives another string for each place that asks for one."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._asked = 0

    def __call__(self) -> str:
        self._asked += 1
        return self._texts[self._asked % len(self._texts)]


def document(text: Strings) -> dict[str, Any]:
    """A document with a string in every place that OpenAPI has for one."""
    schema = {
        "title": text(),
        "description": text(),
        "type": "object",
        "required": [text()],
        "properties": {
            text() or "a": {
                "type": "string",
                "description": text(),
                "default": text(),
                "examples": [text()],
                "pattern": "^a",
                "format": text(),
                "not": {"const": text()},
            },
            "choice": {"enum": [text(), "b"], "x-enum-descriptions": [text(), text()]},
            "always": {"const": text()},
        },
    }
    media = {"schema": {"$ref": "#/components/schemas/It"}, "example": {text(): text()}}
    body = {"description": text(), "content": {f"application/{text()}": media}}
    answer = {
        "description": text(),
        "headers": {text() or "H": {"description": text(), "schema": {"type": "string"}}},
        "content": {"application/json": media, text() or "text/plain": media},
        "links": {
            text(): {"operationId": text(), "description": text(), "parameters": {text(): text()}}
        },
        "x-error-codes": {text(): text()},
    }
    places = ("query", "header", "cookie")
    operation = {
        "operationId": text(),
        "tags": [text()],
        "summary": text(),
        "description": text(),
        "externalDocs": {"url": text(), "description": text()},
        "parameters": [
            {"name": text(), "in": each, "description": text(), "schema": {}, "example": text()}
            for each in places
        ],
        "requestBody": body,
        "responses": {"200": answer, "4XX": answer},
        "callbacks": {text(): {text() or "/": {"post": {"summary": text(), "requestBody": body}}}},
        "security": [{"key": [text()]}, {"oauth": [text()]}],
    }
    flow = {"authorizationUrl": text(), "tokenUrl": text(), "scopes": {text(): text()}}
    key = {"type": "apiKey", "in": "header", "name": text(), "description": text()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text(),
            "version": text(),
            "summary": text(),
            "description": text(),
            "termsOfService": text(),
            "contact": {"name": text(), "url": text(), "email": text()},
            "license": {"name": text(), "url": text()},
        },
        "servers": [
            {
                "url": "https://a/{v}",
                "description": text(),
                "variables": {"v": {"default": text(), "enum": [text()], "description": text()}},
            }
        ],
        "tags": [
            {
                "name": text(),
                "description": text(),
                "x-displayName": text(),
                "externalDocs": {"url": text(), "description": text()},
            }
        ],
        "paths": {f"/{text()}": {"post": operation}},
        "webhooks": {
            text(): {"post": {"summary": text(), "description": text(), "requestBody": body}}
        },
        "components": {
            "schemas": {"It": schema, text() or "That": {"description": text()}},
            "securitySchemes": {
                "key": key,
                "oauth": {"type": "oauth2", "flows": {"authorizationCode": flow}},
            },
        },
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=3, max_size=12))
def test_no_string_leaves_its_place(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_text(json.dumps(document(Strings(texts))))
        files = render(Contract("a", path), ["docs"], {}).files.get("docs", {})
    assert faults(files) == []


def test_a_text_is_shown_as_it_stands() -> None:
    text = "<script>alert('&amp;')</script>"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_text(json.dumps(document(Strings([text]))))
        files = render(Contract("a", path), ["docs"], {}).files["docs"]
    page = read(files["docs/index.html"])
    assert page.text.count(text) > 5
    assert "alert" not in page.links
