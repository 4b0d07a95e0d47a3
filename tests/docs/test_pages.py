"""What readers find on the pages of an API."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from generator.contracts import Contract
from generator.generate.render import render
from tests.docs.checking import read
from tests.docs.conftest import HEAD, Pages

ANIMALS = """
servers: [{url: 'https://zoo.example/v1', description: Where we are.}]
tags:
- name: animals
  description: Who lives here.
  externalDocs: {url: 'https://zoo.example/guide', description: The guide}
paths:
  /animals/{id}:
    get:
      operationId: getAnimal
      tags: [animals]
      summary: Get an animal
      externalDocs: {url: 'https://zoo.example/animals'}
      deprecated: true
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, pattern: '^a_'}, example: a_1}
        - name: fields
          in: query
          description: What to **tell** of it.
          schema: {type: array, maxItems: 3, items: {enum: [name, age]}, default: [name]}
      responses:
        '200':
          description: The animal.
          headers: {ETag: {schema: {type: string}, description: Its version.}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Animal'}
              example: {name: Ada, age: 3}
        '404':
          description: There is none.
          x-error-codes: {not_found: No animal has `id`.}
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
    put:
      operationId: putAnimal
      tags: [animals]
      requestBody:
        description: The animal as it should be.
        content:
          application/json: {schema: {$ref: '#/components/schemas/Animal'}}
          text/csv: {schema: {type: string}, example: 'Ada,3'}
      responses: {'204': {description: Done.}}
components:
  schemas:
    Animal:
      description: An animal.
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1, maxLength: 40}
        age: {type: integer, minimum: 0, exclusiveMaximum: 200}
        born: {type: string, format: date, readOnly: true}
        home:
          type: object
          properties: {cage: {type: integer, description: Its number.}}
        parents: {type: array, items: {$ref: '#/components/schemas/Animal'}}
    Error:
      type: object
      properties: {message: {type: string}}
"""


def words(html: str) -> str:
    """What a page says, in one line."""
    return " ".join(read(html).text.split())


def section(html: str, anchor: str) -> str:
    """The part of a page that an anchor heads."""
    found = re.search(rf'<section [^>]*aria-labelledby="{anchor}".*?</section>', html, re.DOTALL)
    assert found
    return found[0]


def test_an_operation_tells_what_it_takes_and_answers(pages: Pages) -> None:
    told = words(section(pages(ANIMALS)["animals.html"], "getAnimal"))
    assert "Get an animal deprecated GET /animals/{id}" in told
    assert "id string required Pattern: ^a_ Example: a_1" in told
    assert "fields array of string" in told
    assert 'What to tell of it. Limits: at most 3 items Default: ["name"]' in told
    assert "200 OK The animal. Animal application/json" in told
    assert "ETag string Its version." in told
    assert "404 Not Found There is none. not_found No animal has id." in told
    assert '{ "name": "Ada", "age": 3 }' in told


def test_what_is_told_elsewhere_is_linked(pages: Pages) -> None:
    page = pages(ANIMALS)["animals.html"]
    assert '<a href="https://zoo.example/guide" rel="noreferrer">The guide</a>' in page
    assert 'href="https://zoo.example/animals"' in section(page, "getAnimal")


def test_a_body_is_told_by_media_type(pages: Pages) -> None:
    told = words(section(pages(ANIMALS)["animals.html"], "putAnimal"))
    assert "Request body optional The animal as it should be. Animal application/json" in told
    assert "string text/csv" in told


def test_members_fold_within_one_another_and_each_use_has_its_own(pages: Pages) -> None:
    page = pages(ANIMALS)["animals.html"]
    sent, answered = section(page, "putAnimal"), section(page, "getAnimal")
    assert "age integer Limits: at least 0; less than 200" in words(sent)
    assert "members cage integer Its number." in words(sent)
    assert "born" not in sent.partition("Responses")[0].partition("Request body")[2]
    assert "born string, date read-only" in words(answered)


def test_a_schema_that_contains_itself_ends_in_a_link(pages: Pages) -> None:
    files = pages(ANIMALS)
    whole = section(files["schemas.html"], "Animal")
    assert 'array of <a href="schemas.html#Animal">Animal</a>' in whole
    assert whole.count(">parents</code>") == 1
    assert section(files["animals.html"], "getAnimal").count(">parents</code>") < 4


def test_the_first_page_tells_what_all_share(pages: Pages) -> None:
    files = pages(
        """
        servers:
          - url: https://{place}.zoo.example
            variables: {place: {default: eu, enum: [eu, us]}}
        x-rate-limit: {per: key, limit: 600, window: 60, burst: 60}
        security: [{key: []}]
        paths:
          /a:
            get:
              operationId: a
              tags: [animals]
              responses:
                '200': {description: It.}
                '409': {description: Not now., x-error-codes: {asleep: It is `night`.}}
        components:
          securitySchemes:
            key: {type: http, scheme: bearer, description: Made in the settings.}
            oauth:
              type: oauth2
              flows:
                authorizationCode:
                  authorizationUrl: https://zoo.example/authorize
                  tokenUrl: https://zoo.example/token
                  scopes: {'animals:read': See animals.}
            visitors: {type: openIdConnect, openIdConnectUrl: 'https://zoo.example/.well-known'}
        """,
        head="""\
openapi: 3.1.0
info:
  title: Zoo
  version: '1'
  summary: Animals, by wire.
  description: "# Welcome\\n\\nSee *animals*."
  contact: {name: The keeper, email: keeper@zoo.example}
  license: {name: MIT}
""",
    )
    told = words(files["index.html"])
    assert "Zoo API Animals, by wire. Welcome See animals." in told
    assert "Contact The keeper, keeper@zoo.example Licence MIT" in told
    assert "https://eu.zoo.example Variable place, eu by default, one of eu, us" in told
    assert "key Authorization: Bearer … Made in the settings." in told
    assert "Authorization code Authorization https://zoo.example/authorize" in told
    assert "animals:read See animals." in told
    assert "Discovery: https://zoo.example/.well-known" in told
    assert "Rate limit: 600 requests in 1 minute for each key, at most 60 of them at once." in told
    assert "Errors 409 asleep It is night." in told
    assert "Animals GET a /a" in told
    assert "Authentication: key" in words(files["animals.html"])


def test_calls_are_those_of_the_clients(pages: Pages) -> None:
    files = pages(ANIMALS)
    told = words(section(files["animals.html"], "getAnimal"))
    assert "curl https://zoo.example/v1/animals/a_1" in told
    assert 'Python animal = client.animals.get("a_1")' in told
    assert 'TypeScript const animal = await client.animals.get("a_1");' in told
    first = words(files["index.html"])
    assert "pip install zoo" in first
    assert 'import { Zoo } from "@zoo/sdk"' in first


def test_webhooks_callbacks_and_streams_have_their_place(pages: Pages) -> None:
    files = pages(
        """
        x-fern-webhook-signature:
          type: hmac
          header: X-Zoo-Signature
          algorithm: sha256
          encoding: hex
        paths:
          /watch:
            post:
              operationId: watch
              tags: [animals]
              responses:
                '200':
                  description: What happens.
                  content:
                    text/event-stream:
                      x-event-schema:
                        events: {born: {type: object, properties: {name: {type: string}}}}
                        final: [born]
              callbacks:
                seen:
                  '{$request.body#/url}':
                    post:
                      summary: An animal was seen
                      requestBody: {content: {application/json: {schema: {type: object}}}}
                      responses: {'204': {description: Noted.}}
        webhooks:
          animal.born:
            post:
              summary: An animal was born
              requestBody:
                content: {application/json: {schema: {properties: {id: {type: string}}}}}
              responses: {'200': {description: Noted.}}
        """
    )
    watched = words(files["animals.html"])
    assert "Server-sent events, each as it happens. The last is born. Event born" in watched
    assert "seen POST {$request.body#/url}" in watched
    assert "An animal was seen" in watched
    assert "204 No Content Noted." in watched
    sent = words(files["webhook-events.html"])
    assert "client.webhooks.verify(body, headers)" in sent
    assert "await verifyWebhook(body, request.headers" in sent
    assert "animal.born POST" in sent
    assert "An animal was born" in sent
    assert "200 OK Noted." in sent
    assert "X-Zoo-Signature has a signature of body: HMAC SHA256, as hex." in sent


def test_variants_are_told_apart(pages: Pages) -> None:
    files = pages(
        """
        paths: {}
        components:
          schemas:
            Pet:
              oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
              discriminator: {propertyName: kind, mapping: {meow: Cat, woof: Dog}}
            Cat: {type: object, properties: {kind: {type: string}}}
            Dog: {type: object, properties: {kind: {type: string}}}
        """
    )
    told = words(section(files["schemas.html"], "Pet"))
    assert told == "Pet one of Told apart by: kind meow Cat woof Dog"


def test_what_is_not_shown_is_found(tmp_path: Path) -> None:
    path = tmp_path / "zoo.yaml"
    path.write_text(
        HEAD
        + dedent(
            """
            paths:
              /a:
                get:
                  responses:
                    '200':
                      description: It.
                      content: {text/plain: {examples: {far: {externalValue: https://a.b/c}}}}
            webhooks:
              born:
                post:
                  parameters: [{name: day, in: query, schema: {type: string}}]
                  responses: {'200': {description: OK., content: {text/plain: {}}}}
            """
        ).lstrip("\n")
    )
    found = render(Contract("zoo", path), ["docs"], {}).findings
    told = [(each.code, each.position.line) for each in found if each.code.startswith("GEN-2")]
    assert told == [("GEN-202", 5), ("GEN-201", 11)]


def test_an_anchor_is_the_name_of_what_it_heads(pages: Pages) -> None:
    files = pages(ANIMALS)
    assert {"getAnimal", "putAnimal"} < {*read(files["animals.html"]).ids}
    assert {"Animal", "Error"} < {*read(files["schemas.html"]).ids}


@pytest.mark.parametrize(
    ("keyword", "shown"),
    [
        ("not: {const: 3}", 'not: {"const": 3}'),
        ("if: {minimum: 3}, then: {multipleOf: 2}", 'then: {"multipleOf": 2}'),
        ("patternProperties: {'^x-': {type: string}}", 'patternProperties: {"^x-"'),
        ("contains: {const: 1}, minContains: 2", "minContains: 2"),
        ("propertyNames: {maxLength: 3}", 'propertyNames: {"maxLength": 3}'),
        ("title: Something else", "Title: Something else"),
        ("additionalProperties: false, properties: {a: {}}", "Other members: none"),
    ],
)
def test_what_no_type_expresses_is_shown(pages: Pages, keyword: str, shown: str) -> None:
    files = pages(f"paths: {{}}\ncomponents: {{schemas: {{It: {{{keyword}}}}}}}")
    assert shown in words(files["schemas.html"])


def test_every_value_and_variant_is_there(pages: Pages) -> None:
    values = ", ".join(f"v{number}" for number in range(100))
    variants = ", ".join(f"{{const: w{number}}}" for number in range(100))
    files = pages(
        f"paths: {{}}\ncomponents: {{schemas: {{E: {{enum: [{values}]}}, U: {{type: object, "
        f"properties: {{a: {{oneOf: [{variants}, {{type: 'null'}}]}}}}}}}}}}"
    )
    told = words(files["schemas.html"])
    assert all(f"v{number}" in told and f"w{number}" in told for number in range(100))


def test_a_page_keeps_its_name_when_another_wants_it(pages: Pages) -> None:
    text = """
    paths:
      /a: {get: {operationId: a, tags: [schemas], responses: {'200': {description: It.}}}}
    components: {schemas: {It: {type: string}}}
    """
    assert "schemas-resource.html" in pages(text)
    assert "kept.html" in pages(text, names={"page schemas": "kept"})
    assert "con-resource.html" in pages(text.replace("[schemas]", "[con]"))


def test_size_is_in_proportion_to_the_document(pages: Pages) -> None:
    def size(count: int) -> int:
        members = ", ".join(f"m{n}: {{$ref: '#/components/schemas/S{n}'}}" for n in range(count))
        schemas = "\n".join(
            f"    S{n}: {{type: object, properties: {{{members}}}}}" for n in (0, 1)
        )
        rest = "\n".join(f"    S{n}: {{type: string}}" for n in range(2, count))
        paths = "\n".join(
            f"  /p{n}: {{get: {{tags: [t{n}], responses: {{'200': {{description: It., content: "
            f"{{application/json: {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}"
            for n in range(count)
        )
        made = pages(f"paths:\n{paths}\ncomponents:\n  schemas:\n{schemas}\n{rest}\n")
        return sum(map(len, made.values()))

    assert size(400) < 2.2 * size(200)


def test_of_many_resources_a_page_lists_those_beside_its_own(pages: Pages) -> None:
    paths = "\n".join(
        f"  /p{n}: {{get: {{tags: [t{n:03}], responses: {{'200': {{description: It.}}}}}}}}"
        for n in range(200)
    )
    files = pages(f"paths:\n{paths}\n")
    beside = re.findall(r'<li><a href="(t\d+)\.html"', files["t100.html"])
    assert beside == [f"t{n:03}" for n in range(80, 121)]
    assert "All resources" in words(files["t100.html"])
    assert words(files["index.html"]).count("GET") == 200


def test_a_scheme_without_a_letter_has_an_anchor_of_its_own(pages: Pages) -> None:
    made = pages("""
        paths:
          /a: {get: {operationId: a, security: [{'[': []}], responses: {'204': {description: A.}}}}
        components: {securitySchemes: {'[': {type: http, scheme: bearer}}}
        """)
    assert 'id="authentication-2"' in made["index.html"]
