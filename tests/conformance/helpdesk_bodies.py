"""The bodies that the helpdesk takes; `bugs` switch on small mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

DOCUMENT = yaml.safe_load((Path(__file__).with_name("helpdesk") / "openapi.yaml").read_text())
SCHEMAS = {
    "/ask": "Question",
    "/ask/stream": "Question",
    "/profiles": "Profile",
    "/visits": "Visits",
}
LIMITS = {
    "Question": (("extra",), 300, "characters"),
    "Profile": (("traits", "context"), 2000, "bytes"),
    "Visit": (("details",), 500, "bytes"),
}


class Refusal(Exception):  # noqa: N818 - what it is
    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


def invalid() -> Refusal:
    return Refusal(400, "invalid_request")


def checked(path: str, raw: bytes, bugs: frozenset[str]) -> dict[str, Any]:
    """The body as documented; raises Refusal for anything else."""
    body = decoded(raw, bugs)
    if "begins-at-once" in bugs and raw[:1].isspace():
        raise invalid()
    if "compact-only" in bugs and b"\n" in raw:
        raise invalid()
    if isinstance(body, dict):
        body = forgiven(path, body, bugs)
    name = SCHEMAS[path]
    if "no-blanks" in bugs and any(str(each).isspace() for each in body.values()):
        raise invalid()
    if not fits(name, body, bugs):
        raise invalid()
    for owner, value in (("Visit", each) for each in body.get("visits", ())):
        sized(owner, value, bugs)
    if name in LIMITS:
        sized(name, body, bugs)
    return dict(body)


def decoded(raw: bytes, bugs: frozenset[str]) -> Any:
    """Strict JSON; raises Refusal for anything else."""
    if "huge-crash" in bugs and len(raw) > 10_000_000:
        raise MemoryError
    once = None if "last-wins" in bugs else each_once
    try:
        text = raw if "any-encoding" in bugs else raw.decode()
        return json.loads(text, object_pairs_hook=once)
    except RecursionError:
        if "deep-crash" in bugs:
            raise
        raise invalid() from None
    except ValueError:
        raise invalid() from None


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are there once."""
    if len(dict(pairs)) < len(pairs):
        raise invalid()
    return dict(pairs)


def fits(name: str, body: Any, bugs: frozenset[str]) -> bool:
    schemas = json.loads(json.dumps(DOCUMENT["components"]["schemas"]))
    if "code-units" in bugs and isinstance(body, dict) and isinstance(body.get("text"), str):
        most = schemas["Question"]["properties"]["text"].pop("maxLength")
        if len(body["text"].encode("utf-16-le")) // 2 > most:
            return False
    if "refuses-unknown" in bugs:
        schemas["Question"]["additionalProperties"] = False
    document = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    formats = "any-date" not in bugs
    return bool(
        jsonschema_rs.Draft202012Validator(document, validate_formats=formats).is_valid(body)
    )


def forgiven(path: str, body: dict[str, Any], bugs: frozenset[str]) -> dict[str, Any]:
    """What a server that means well makes of a body."""
    if "null-absent" in bugs:
        body = {name: value for name, value in body.items() if value is not None}
    if "coerces" in bugs:
        body = {n: str(v) if isinstance(v, int) else v for n, v in body.items()}
    if "guesses" in bugs and path == "/visits":
        body = {"kind": "page", **body}
    if "cuts-texts" in bugs and isinstance(body.get("text"), str):
        body["text"] = body["text"][:200]
    visits = body.get("visits")
    if "folds-kind" in bugs and isinstance(body.get("kind"), str):
        body["kind"] = body["kind"].lower()
    if "ignores-unknown" in bugs and path == "/visits":
        body = {name: body[name] for name in ("kind", "visits") if name in body}
    if isinstance(visits, list):
        if "cuts-lists" in bugs:
            body["visits"] = visits[:20]
        if "looks-at-ten" in bugs and len(visits) <= 20:
            body["visits"] = visits[:10]
        if "skips-bad" in bugs and len(visits) > 1:
            good = [v for v in visits if isinstance(v, dict) and "path" in v]
            body["visits"] = good or visits
        for visit in visits:
            number = visit.get("seconds") if isinstance(visit, dict) else None
            if "clamps" in bugs and isinstance(number, int):
                visit["seconds"] = min(max(number, 1), 600)
    return body


def sized(name: str, value: dict[str, Any], bugs: frozenset[str]) -> None:
    fields, most, unit = LIMITS[name]
    ascii_only = "counts-escapes" in bugs
    sizes = []
    for field in fields:
        if field in value:
            text = json.dumps(value[field], ensure_ascii=ascii_only, separators=(",", ":"))
            letters = unit == "characters" or "counts-letters" in bugs
            sizes.append(len(text) if letters else len(text.encode("utf-8", "replace")))
    largest = max(sizes, default=0) if "each-alone" in bugs else sum(sizes)
    if largest > most:
        raise invalid()
