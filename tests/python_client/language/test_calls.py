"""Calls: parameters in every place and style, names, servers, security, references, webhooks."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
import yaml

from tests.python_client.language.conftest import Client, MakeClient
from tests.python_client.scripted import json_answer

WORDS = """
paths:
  /items/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: lang, in: query, schema: {type: string}}
    get:
      parameters: [{name: lang, in: query, schema: {type: integer}}]
      responses: {200: {description: OK, content: {application/json: {schema: {type: string}}}}}
    delete:
      responses: {204: {description: OK}}
  /1st-prices/import: {post: {operationId: class, responses: {204: {description: OK}}}}
  /größen: {get: {operationId: größenHolen, tags: [Größen], responses: {204: {description: OK}}}}
  /日本: {get: {tags: [日本], responses: {204: {description: OK}}}}
  /clash:
    get:
      operationId: listClash
      tags: [close]
      parameters:
        - {name: id, in: query, schema: {type: string}}
        - {name: id, in: header, schema: {type: string}}
        - {name: from, in: query, schema: {type: string}}
        - {name: 2nd, in: query, schema: {type: string}}
        - {name: a-b, in: query, schema: {type: string}}
        - {name: a_b, in: query, schema: {type: string}}
        - {name: größe, in: query, schema: {type: string}}
        - {name: timeout, in: query, schema: {type: string}}
        - {name: 'x[]', in: query, schema: {type: string}}
      responses: {204: {description: OK}}
"""


def test_names_become_identifiers(sample: MakeClient) -> None:
    client = sample(WORDS)
    methods = {
        f"{name}.{method}"
        for name in dir(client.package.Sample)
        if hasattr(getattr(client.package.Sample, name), "func")
        for method in vars(type(getattr(client.api, name)))
        if not method.startswith("_") and method not in {"with_raw_response"}
    }
    assert len([each for each in methods if not each.endswith("_response")]) == 6, methods
    assert all(name.isidentifier() for each in methods for name in each.split("."))
    client.answers(httpx2.Response(204)).close_.list_clash(
        id="1", header_id="2", from_="3", value_2_nd="4", a_b="5", a_b_2="6", größe="7",
        timeout_="8", x="9",
    )  # fmt: skip
    assert client.url == (
        "/clash?id=1&from=3&2nd=4&a-b=5&a_b=6&gr%C3%B6%C3%9Fe=7&timeout=8&x%5B%5D=9"
    )
    assert client.sent.headers["id"] == "2"


def test_operations_without_ids_and_tags_and_with_shared_parameters(sample: MakeClient) -> None:
    client = sample(WORDS)
    assert client.answers(json_answer("it")).items.get("a b", lang=3) == "it"
    assert client.url == "/items/a%20b?lang=3"
    client.answers(httpx2.Response(204)).items.delete("1", lang="de")
    assert (client.sent.method, client.url) == ("DELETE", "/items/1?lang=de")


TWICE = """
paths:
  /{id}/parts/{part}/of/{id}:
    parameters:
      - {name: part, in: path, required: true, schema: {type: integer}}
      - {name: id, in: path, required: true, schema: {type: string}}
    get: {operationId: getPart, tags: [parts], responses: {204: {description: OK}}}
"""


def test_a_parameter_that_a_path_names_twice(sample: MakeClient) -> None:
    client = sample(TWICE)
    client.answers(httpx2.Response(204)).parts.get("a b", 2)
    assert client.url == "/a%20b/parts/2/of/a%20b"


SERVED = """
servers:
  - url: https://{region}.sample.test:{port}/v1
    variables: {region: {default: eu, enum: [eu, us]}, port: {default: '8443'}}
  - {url: https://sandbox.sample.test}
paths:
  /a: {get: {operationId: getA, tags: [a], responses: {204: {description: OK}}}}
"""


SHARED = """
paths:
  /items/{id}#kind=a:
    get:
      operationId: getA
      tags: [items]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: lang, in: query, schema: {type: string}}
      responses: {204: {description: OK}}
  /#List:
    get: {operationId: list, tags: [items], responses: {204: {description: OK}}}
  /items?kind=b:
    get:
      operationId: getB
      tags: [items]
      parameters: [{name: lang, in: query, schema: {type: string}}]
      responses: {204: {description: OK}}
"""


def test_the_ends_of_paths_that_tell_operations_apart(sample: MakeClient) -> None:
    client = sample(SHARED)
    client.answers(httpx2.Response(204)).items.get_a("a#b", lang="de")
    assert client.url == "/items/a%23b?lang=de"
    client.answers(httpx2.Response(204)).items.list()
    assert client.url == "/"
    client.answers(httpx2.Response(204)).items.get_b(lang="de")
    assert client.url == "/items?kind=b&lang=de"


def test_servers_with_variables(sample: MakeClient) -> None:
    client = sample(SERVED)
    assert "https://eu.sample.test:8443/v1" in repr(client.package.Sample())


SECURED = """
security: [{key: [], app: []}, {token: []}, {}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    app: {type: apiKey, in: query, name: app}
    session: {type: apiKey, in: cookie, name: sid}
    token: {type: http, scheme: bearer}
    login: {type: http, scheme: basic}
paths:
  /any: {get: {operationId: getAny, tags: [any], responses: {204: {description: OK}}}}
  /b: {get: {operationId: getB, tags: [any], security: [{login: []}], responses: {204: <OK>}}}
  /c: {get: {operationId: getC, tags: [any], security: [{session: []}], responses: {204: <OK>}}}
  /o: {get: {operationId: getO, tags: [any], security: [], responses: {204: <OK>}}}
"""


def test_security_alternatives(sample: MakeClient) -> None:
    client = sample(SECURED)

    def call(method: str, **credentials: Any) -> httpx2.Request:
        client.answers(httpx2.Response(204))
        http = httpx2.Client(transport=httpx2.MockTransport(client.server))
        base = "https://sample.test"
        api = client.package.Sample(base_url=base, http_client=http, **credentials)
        getattr(api.any, method)()
        return client.sent

    both = call("get", key="k", app="a")
    assert (both.headers["x-key"], both.url.query) == ("k", b"app=a")
    assert "authorization" not in both.headers
    assert call("get", token="t").headers["authorization"] == "Bearer t"  # noqa: S106
    assert "authorization" not in call("get").headers
    assert call("get_b", login=("u", "p")).headers["authorization"] == "Basic dTpw"
    assert call("get_c", session="s").headers["cookie"] == "sid=s"
    assert "authorization" not in call("get_o", token="t").headers  # noqa: S106
    with pytest.raises(client.package.MissingCredentialsError):
        call("get_b")


def test_references_across_files(sample: MakeClient, tmp_path: Path) -> None:
    shared = {
        "Pet": {
            "type": "object",
            "properties": {"friend": {"$ref": "#/Pet"}, "day": {"$ref": "more/days.yaml#/Day"}},
        }
    }
    (tmp_path / "more").mkdir()
    (tmp_path / "shared.yaml").write_text(yaml.safe_dump(shared), "utf-8")
    days = {"Day": {"type": "string", "format": "date"}}
    (tmp_path / "more" / "days.yaml").write_text(yaml.safe_dump(days), "utf-8")
    client = sample("""
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses:
        '200':
          description: Pets
          content: {application/json: {schema: {type: array, items: {$ref: 'shared.yaml#/Pet'}}}}
""")
    (pet,) = client.answers(json_answer([{"friend": {"day": "2026-01-02"}}])).pets.list()
    assert pet.friend.day.year == 2026


HOOKED = """
paths:
  /a:
    get:
      operationId: getA
      tags: [a]
      deprecated: true
      responses:
        '200':
          description: OK
          content: {application/json: {schema: <Born>}}
          links: {next: {operationId: getA}}
webhooks:
  born:
    post: {requestBody: {content: {application/json: {schema: <Born>}}}, responses: {200: <OK>}}
  died:
    post: {requestBody: {content: {application/json: {schema: <Died>}}}, responses: {200: <OK>}}
components:
  schemas:
    Born: {type: object, required: [type], properties: {type: {const: born}, name: {type: string}}}
    Died:
      type: object
      required: [type]
      properties: {type: {const: died}, at: {type: string, format: date}}
"""


def test_webhooks_links_and_deprecation(sample: MakeClient) -> None:
    client = sample(HOOKED)
    webhooks = client.package.webhooks
    assert webhooks.parse(b'{"type": "born", "name": "Tom"}').name == "Tom"
    assert webhooks.parse(b'{"type": "died", "at": "2026-01-02"}').at.day == 2
    other = {"type": "grown"}
    assert webhooks.parse(b'{"type": "grown"}') == client.package.Unknown(other)
    with pytest.warns(DeprecationWarning, match="deprecated"):
        born = client.answers(json_answer({"type": "born"})).a.get()
    assert born == client.types.Born(type_="born")


def named(client: Client) -> set[str]:
    return set(client.types.__all__)


def test_types_whose_names_clash_are_told_apart(sample: MakeClient) -> None:
    client = sample("""
paths: {}
components:
  schemas:
    pet: {type: object, properties: {a: {type: string}}}
    Pet: {type: object, properties: {b: {type: string}}}
    PET: {type: object, properties: {c: {type: string}}}
    class: {type: object, properties: {d: {type: string}}}
    1st: {type: object, properties: {e: {type: string}}}
    größe: {type: object, properties: {f: {type: string}}}
    Model: {type: object, properties: {g: {type: string}}}
    'x.y/z~0': {type: object, properties: {h: {type: string}}}
""")
    fields = {
        field.name
        for name in named(client)
        for field in msgspec.structs.fields(getattr(client.types, name))
    }
    assert fields == set("abcdefgh")
    assert all(name.isidentifier() for name in named(client))


UNSUPPORTED = """
x-speakeasy-retries:
  strategy: backoff
  backoff: {initialInterval: 100, maxInterval: 1000, maxElapsedTime: 5000, exponent: 2}
  statusCodes: [5XX]
security: [{token: []}, {}]
components:
  securitySchemes:
    token:
      type: oauth2
      flows: {implicit: {authorizationUrl: https://sample.test/oauth, scopes: {}}}
paths:
  /a:
    get:
      operationId: getA
      tags: [a]
      parameters:
        - {name: oldOne, in: query, deprecated: true, schema: {type: string}}
        - {name: newOne, in: query, description: Instead of `oldOne`., schema: {type: string}}
      responses:
        200: {description: A number., content: {application/json: {schema: {type: integer}}}}
    post:
      operationId: postA
      tags: [a]
      x-identity:
        {token: $request.body.token, subject: [sub], algorithms: [RS256], failure: 403}
      requestBody:
        content: {application/json: {schema: {type: object, properties: {token: {type: string}}}}}
      responses: {204: {description: Done.}}
"""


def test_what_the_client_does_not_do_is_said(sample: MakeClient) -> None:
    assert {"GEN-104", "GEN-105", "GEN-106"} <= {*sample(UNSUPPORTED).codes}


def test_docstrings_speak_python(sample: MakeClient) -> None:
    told = inspect.getdoc(sample(UNSUPPORTED).api.a.get)
    assert told is not None
    assert "old_one: Deprecated." in told
    assert "new_one: Instead of `old_one`." in told
    assert "Returns:\n    A number." in told
