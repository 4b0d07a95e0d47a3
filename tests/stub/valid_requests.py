"""A request that an operation of a contract must accept, made from its schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from generator.stub.seed import Seed
from generator.stub.validity import Validity
from generator.stub.values import NoValueError, Values
from generator.targets.server.runtime.document import Document, Location
from generator.targets.server.runtime.media_types import is_json

DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


@dataclass(frozen=True)
class ValidRequest:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class UnmadeError(Exception):
    """No valid request is found; the message says for what."""


@dataclass
class RequestMaker:
    """Makes requests of one document: the whole contract as OpenAPI 3.1."""

    document: Document
    values: Values = field(init=False)

    def __post_init__(self) -> None:
        view = Document(self.document.view("request"))
        self.document = view
        self.values = Values(view, Validity(view))

    def request(
        self, path: str, method: str, item: Location, place: Location, *, whole: bool
    ) -> ValidRequest:
        query: list[tuple[str, str]] = []
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for definition in self._parameters(item, place):
            if not (whole or definition.value.get("required")):
                continue
            name, where = definition.value["name"], definition.value["in"]
            try:
                value = self._value(definition, name)
            except UnmadeError:
                if definition.value.get("required"):
                    raise
                continue
            match where:
                case "path":
                    told = self._simple(definition.value, value, where)
                    path = path.replace(f"{{{name}}}", quote(told, safe=",=;."))
                case "query":
                    query += list(self._query(definition.value, value))
                case "header":
                    headers[name] = self._simple(definition.value, value, where)
                case "cookie":
                    cookies.append(f"{name}={self._simple(definition.value, value, where)}")
        body = b""
        if "requestBody" in place.value:
            kind, body = self._body(self.document.child(place, "requestBody"))
            if kind:
                headers["content-type"] = kind
        self._credentials(place, query, headers, cookies)
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        target = path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        return ValidRequest(method, target, headers, body)

    def _parameters(self, item: Location, place: Location) -> Iterator[Location]:
        found: dict[tuple[str, str], Location] = {}
        for owner in (item, place):
            for index in range(len(owner.value.get("parameters", ()))):
                definition = self.document.child(owner, "parameters", index)
                found[definition.value["in"], definition.value["name"]] = definition
        for (where, name), definition in found.items():
            ignored = {"accept", "content-type", "authorization"}
            if where != "header" or name.lower() not in ignored:
                yield definition

    def _value(self, definition: Location, name: str) -> Any:
        place = definition
        if "content" in definition.value:
            place = self.document.child(
                definition, "content", next(iter(definition.value["content"]))
            )
        if "schema" not in place.value:
            return "text"
        schema = self.document.child(place, "schema")
        for turn in range(6):
            try:
                value = self.values.make(schema, Seed(name).at(turn), examples=turn % 2 == 0)
            except NoValueError as error:
                raise UnmadeError(f"parameter {name}: {error}") from None
            if value not in (None, "", [], {}):
                return value
        raise UnmadeError(f"parameter {name}: nothing to send")

    def _simple(self, definition: Mapping[str, Any], value: Any, where: str) -> str:
        if "content" in definition:
            return json.dumps(value)
        explode = definition.get("explode", where == "cookie")
        style = definition.get("style", "form" if where == "cookie" else "simple")
        prefix = {"label": ".", "matrix": f";{definition['name']}="}.get(style, "")
        if isinstance(value, dict):
            pairs = [(key, text(member)) for key, member in value.items()]
            joined = ",".join("=".join(p) for p in pairs) if explode else ",".join(sum(pairs, ()))
            return prefix + joined
        if isinstance(value, list):
            return prefix + ",".join(map(text, value))
        return prefix + text(value)

    def _query(self, definition: Mapping[str, Any], value: Any) -> Iterator[tuple[str, str]]:
        name = definition["name"]
        style = definition.get("style", "form")
        explode = definition.get("explode", style == "form")
        if "content" in definition:
            yield name, json.dumps(value)
        elif style == "deepObject" and isinstance(value, dict):
            yield from ((f"{name}[{key}]", text(member)) for key, member in value.items())
        elif isinstance(value, dict) and explode:
            yield from ((key, text(member)) for key, member in value.items())
        elif isinstance(value, list) and explode:
            yield from ((name, text(member)) for member in value)
        elif isinstance(value, dict):
            yield (
                name,
                ",".join(part for key, member in value.items() for part in (key, text(member))),
            )
        elif isinstance(value, list):
            yield name, DELIMITERS.get(style, ",").join(map(text, value))
        else:
            yield name, text(value)

    def _body(self, place: Location) -> tuple[str, bytes]:
        content = place.value.get("content", {})
        reasons = []
        for kind in sorted(content, key=lambda name: not is_json(name)):
            try:
                return self._media(kind, self.document.child(place, "content", kind))
            except (NoValueError, UnmadeError) as error:
                reasons.append(f"{kind}: {error}")
        if not place.value.get("required", False):
            return "", b""
        raise UnmadeError("; ".join(reasons))

    def _media(self, kind: str, media: Location) -> tuple[str, bytes]:
        essence = kind.partition(";")[0].strip().lower()
        value: Any = "text"
        if "schema" in media.value:
            schema = self.document.child(media, "schema")
            value = self.values.make(schema, Seed(kind), examples=True)
        if is_json(essence) or essence == "*/*":
            return ("application/json" if "*" in kind else kind), json.dumps(value).encode()
        if essence == "application/x-www-form-urlencoded":
            pairs = [
                (n, text(v)) for n, m in value.items() for v in (m if isinstance(m, list) else [m])
            ]
            return kind, urlencode(pairs).encode()
        if essence == "multipart/form-data":
            parts = [
                f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text(member)}\r\n'
                for name, member in value.items()
            ]
            return "multipart/form-data; boundary=x", ("".join(parts) + "--x--\r\n").encode()
        if essence.endswith(("/xml", "+xml")):
            raise UnmadeError("XML")
        concrete = re.sub(r"\*", "plain", essence)
        return concrete, text(value).encode() or b"text"

    def _credentials(
        self,
        place: Location,
        query: list[tuple[str, str]],
        headers: dict[str, str],
        cookies: list[str],
    ) -> None:
        requirements = place.value.get("security", self.document.root.get("security", []))
        schemes = self.document.root.get("components", {}).get("securitySchemes", {})
        for name in requirements[0] if requirements else ():
            scheme = self.document.resolve(schemes[name])
            if scheme["type"] == "apiKey":
                match scheme["in"]:
                    case "query":
                        query.append((scheme["name"], "key"))
                    case "cookie":
                        cookies.append(f"{scheme['name']}=key")
                    case _:
                        headers[scheme["name"]] = "key"
            elif scheme.get("scheme", "").lower() == "basic":
                headers["authorization"] = "Basic YTpi"
            elif scheme["type"] != "mutualTLS":
                headers["authorization"] = f"{scheme.get('scheme', 'Bearer')} token"


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
