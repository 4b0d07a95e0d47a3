"""Every request of the vectors is one that the reference server takes as well-formed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import pytest

from generator.model.vectors import Request, Vector
from tests.vectors.contracts import APIS, contract, every_vector, vectors
from tests.vectors.reference_server import Reference

pytestmark = pytest.mark.xdist_group("reference server of the vectors")

VECTORS = [
    pytest.param(name, vector, id=f"{name}: {vector['operation']}: {vector['name']}")
    for name, vector in every_vector()
]
REDIRECT = "https://partner.example/callback"
NOT_THE_REQUEST = {"invalid_cursor", "cursor_expired", "invalid_grant"}
"""Codes of 400 that say that what was sent is nothing of this server's, well-formed as it is."""


@pytest.fixture(scope="module")
def keys(reference: Reference) -> Mapping[str, str]:
    return {name: reference.key(name)["key"] for name in APIS}


@pytest.fixture(scope="module")
def app(reference: Reference) -> dict[str, Any]:
    """A partner's app, registered."""
    body = {"api": "aloha", "tenant": "acme", "name": "Vectors", "redirect_uris": [REDIRECT]}
    return reference.ask("oauth/clients", {**body, "scopes": ["read", "write", "webhook:admin"]})


@pytest.mark.parametrize(("name", "vector"), VECTORS)
def test_the_request_is_well_formed(
    reference: Reference, keys: Mapping[str, str], app: dict[str, Any], name: str, vector: Vector
) -> None:
    key = keys[name]
    if vector["operation"] == "closeWorkspace":
        key = reference.key(name, "closing")["key"]
    answer = send(reference, name, registered(vector["request"], app), key)
    operation = next(each for each in contract(name).operations if each.id == vector["operation"])
    assert operation.response(answer.status_code) is not None, answer.text
    assert answer.status_code < 500, answer.text
    assert answer.status_code != 401 or name == "aloha", answer.text
    if answer.status_code == 400:
        assert NOT_THE_REQUEST & set(answer.text.split('"')), answer.text


def send(reference: Reference, name: str, request: Request, key: str) -> httpx2.Response:
    """The answer to a request of a vector, at this server and with this key."""
    path = urlsplit(vectors(name)["base_url"]).path
    url = reference.base_url(name) + request["target"].removeprefix(path)
    headers = {**request["headers"]}
    if "authorization" in headers:
        headers["authorization"] = f"Bearer {key}"
    form = urlencode(request["form"]) if "form" in request else None
    content = {"json": request["body"]} if "body" in request else {"content": form}
    return reference.http.request(request["method"], url, headers=headers, **content)


def registered(request: Request, app: Mapping[str, Any]) -> Request:
    """The request as that of a registered app, where it is of an app."""
    if "/oauth/authorize" in request["target"]:
        pairs = [pair.partition("=") for pair in request["target"].partition("?")[2].split("&")]
        own = {"client_id": app["client_id"], "redirect_uri": quote(REDIRECT, safe="")}
        query = "&".join(f"{name}={own.get(name, value)}" for name, _, value in pairs)
        return {**request, "target": f"/oauth/authorize?{query}"}
    if "form" in request:
        own = {"client_id": app["client_id"], "client_secret": app.get("client_secret", "")}
        return {**request, "form": {**request["form"], **own}}
    return request
