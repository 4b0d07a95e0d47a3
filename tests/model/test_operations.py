"""Operations of a document become calls on resources."""

from __future__ import annotations

import pytest

from generator.model import Anything, Operation, Reference, Requirement, Scalar, Server
from generator.model.builder import Built
from tests.model.conftest import Model


def by_id(built: Built) -> dict[str, Operation]:
    return {operation.id: operation for operation in built.api.operations}


def call(operation: Operation) -> str:
    return ".".join((*operation.resource, operation.name))


@pytest.mark.parametrize(
    ("path", "method", "operation", "expected"),
    [
        ("/contacts", "get", "{operationId: listContacts, tags: [contacts]}", "contacts.list"),
        ("/contacts/{id}", "get", "{operationId: getContact, tags: [contacts]}", "contacts.get"),
        ("/tasks", "get", "{operationId: getTasks, tags: [Tasks]}", "tasks.list"),
        ("/tasks", "get", "{operationId: tasks_list, tags: [Tasks]}", "tasks.list"),
        ("/a", "post", "{operationId: archive, tags: [Chat Rooms]}", "chat_rooms.archive"),
        ("/a", "get", "{operationId: getCompanyStatus, tags: [companies]}", "companies.get_status"),
        ("/a", "get", "{operationId: contacts, tags: [contacts]}", "contacts.contacts"),
        (
            "/a",
            "get",
            "{operationId: listMessages, tags: [t], x-fern-sdk-group-name: [talks, messages]}",
            "talks.messages.list",
        ),
        (
            "/a",
            "get",
            "{operationId: x, tags: [t], x-fern-sdk-method-name: findAll}",
            "t.find_all",
        ),
        ("/v1/contacts", "get", "{}", "contacts.list"),
        ("/v1/contacts/{id}", "get", "{}", "contacts.get"),
        ("/contacts", "post", "{}", "contacts.create"),
        ("/contacts/{id}", "patch", "{}", "contacts.update"),
        ("/contacts/{id}", "delete", "{tags: [people]}", "people.delete_contacts"),
        ("/", "get", "{}", "default.list"),
    ],
)
def test_calls(model: Model, path: str, method: str, operation: str, expected: str) -> None:
    built = model(f"paths: {{'{path}': {{{method}: {operation}}}}}")
    assert [call(each) for each in built.api.operations] == [expected]


def test_missing_ids_are_derived_and_unique(model: Model) -> None:
    built = model("paths: {'/a/{b}': {get: {}, post: {}}, /a/b: {get: {}}}")
    assert list(by_id(built)) == ["getAB", "postAB", "getAB2"]


def test_a_method_that_is_taken_gets_its_whole_name_and_a_finding(model: Model) -> None:
    built = model(
        """
        paths:
          /contacts: {get: {operationId: listContacts, tags: [contacts]}}
          /all: {get: {operationId: listContact, tags: [contacts]}}
          /x: {get: {operationId: other, tags: [contacts], x-fern-sdk-method-name: list}}
        """
    )
    assert {i: call(each) for i, each in by_id(built).items()} == {
        "listContacts": "contacts.list_contacts",
        "listContact": "contacts.list_contact",
        "other": "contacts.list",
    }
    assert [(f.code, f.position.line) for f in built.findings] == [("GEN-041", 4), ("GEN-041", 5)]


def test_a_method_makes_way_for_a_nested_resource(model: Model) -> None:
    built = model(
        """
        paths:
          /a: {get: {operationId: messagesTalk, tags: [talks]}}
          /b: {get: {operationId: listM, x-fern-sdk-group-name: [talks, messages]}}
        """
    )
    assert [call(each) for each in built.api.operations] == [
        "talks.messages_talk",
        "talks.messages.list_m",
    ]
    (talks,) = built.api.resources
    assert [child.name for child in talks.children] == ["messages"]


def test_the_name_of_a_resource_is_one_that_a_file_may_have(model: Model) -> None:
    tag = "long " * 99
    (operation,) = model(f"paths: {{/a: {{get: {{tags: ['{tag}']}}}}}}").api.operations
    assert operation.resource == ("_".join(["long"] * 12),)


def test_tags_under_tags_are_nested_resources(model: Model) -> None:
    built = model(
        """
        tags: [{name: talks}, {name: messages, parent: talks, description: What was said.}]
        paths: {/m: {get: {operationId: listMessages, tags: [messages]}}}
        """,
        head="openapi: 3.2.0\ninfo: {title: Zoo, version: '1'}\n",
    )
    assert [call(each) for each in built.api.operations] == ["talks.messages.list"]
    assert built.api.resources[0].children[0].description == "What was said."


def test_parameters_of_the_path_are_merged_and_in_its_order(model: Model) -> None:
    built = model(
        """
        paths:
          /a/{x}/{y}:
            parameters:
              - {name: y, in: path, required: true, schema: {type: string}}
              - {name: limit, in: query, schema: {type: integer}}
              - $ref: '#/components/parameters/Trace'
            get:
              operationId: get
              parameters:
                - {name: limit, in: query, required: true, schema: {type: string}}
                - {name: x, in: path, required: true, schema: {type: string}}
                - {name: f, in: query, content: {application/json: {schema: {type: array}}}}
        components:
          parameters: {Trace: {name: X-Trace, in: header, schema: {enum: [on, off]}}}
        """
    )
    (operation,) = built.api.operations
    assert [(p.location, p.name) for p in operation.parameters] == [
        ("path", "x"),
        ("path", "y"),
        ("query", "limit"),
        ("header", "X-Trace"),
        ("query", "f"),
    ]
    limit, trace, f = operation.parameters[2:]
    assert (limit.required, limit.schema.type) == (True, Scalar("string"))
    assert trace.schema.type == Reference("Trace")
    assert f.content == "application/json"


@pytest.mark.parametrize(
    ("location", "style", "explode"),
    [
        ("path", "simple", False),
        ("query", "form", True),
        ("header", "simple", False),
        ("cookie", "form", True),
    ],
)
def test_defaults_of_style(model: Model, location: str, style: str, explode: bool) -> None:
    declared = f"{{name: p, in: {location}, required: true, schema: {{type: string}}}}"
    built = model(f"paths: {{'/a/{{p}}': {{get: {{parameters: [{declared}]}}}}}}")
    found = next(p for p in built.api.operations[0].parameters if p.location == location)
    assert (found.style, found.explode) == (style, explode)


def test_explode_follows_the_style_unless_it_is_said(model: Model) -> None:
    built = model(
        """
        paths:
          /a:
            get:
              parameters:
                - {name: a, in: query, style: pipeDelimited, schema: {type: array}}
                - {name: b, in: query, explode: false, schema: {type: array}}
        """
    )
    assert [p.explode for p in built.api.operations[0].parameters] == [False, False]


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ("{name: q, in: querystring, content: {a/b: {schema: {}}}}", "GEN-035"),
        ("{name: Accept, in: header, schema: {}}", "GEN-034"),
        ("{name: z, in: path, required: true, schema: {}}", "GEN-033"),
    ],
)
def test_parameters_that_cannot_be_sent_are_findings(
    model: Model, parameter: str, code: str
) -> None:
    built = model(f"paths:\n  /a:\n    get: {{parameters: [{parameter}], operationId: x}}\n")
    assert [f.code for f in built.findings] == [code]
    assert built.findings[0].position.line == 5
    assert [each.id for each in built.api.operations] == ["x"]
    assert built.api.operations[0].parameters == ()


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("Accept", "the media types of the responses are sent in it"),
        ("content-type", "the media type of the request body is sent in it"),
        ("Authorization", "describe it by a security scheme"),
    ],
)
def test_of_a_header_that_is_ignored_it_is_said_what_is_done_instead(
    model: Model, name: str, instead: str
) -> None:
    parameter = f"{{name: {name}, in: header, schema: {{}}}}"
    built = model(f"paths:\n  /a:\n    get: {{parameters: [{parameter}], operationId: x}}\n")
    (finding,) = built.findings
    assert f"{name!r}: {instead}." in finding.message


def test_a_variable_that_no_parameter_declares_is_a_string(model: Model) -> None:
    built = model("paths: {'/a/{b}': {get: {operationId: x}}}")
    (parameter,) = built.api.operations[0].parameters
    assert (parameter.name, parameter.required, parameter.schema.type) == (
        "b",
        True,
        Scalar("string"),
    )
    assert [f.code for f in built.findings] == ["GEN-036"]


def test_bodies_and_answers(model: Model) -> None:
    built = model(
        """
        paths:
          /a:
            post:
              operationId: createThing
              requestBody:
                required: true
                content:
                  application/json: {schema: {properties: {a: {}}}}
                  multipart/form-data:
                    schema: {properties: {file: {type: string, format: binary}}}
                    encoding: {file: {contentType: image/png}}
              responses:
                '201':
                  description: Made.
                  content: {application/json: {schema: {properties: {id: {}}}}}
                  headers:
                    X-Kind: {schema: {enum: [a, b]}, required: true}
                    Content-Type: {schema: {}}
                '4XX': {$ref: '#/components/responses/Wrong'}
                default: {description: Odd., content: {text/plain: {}}}
        components:
          responses:
            Wrong:
              description: No.
              x-error-codes: {bad: It is bad.}
              content: {application/json: {schema: {properties: {error: {type: string}}}}}
        """
    )
    (operation,) = built.api.operations
    assert operation.body is not None
    assert [media.schema and media.schema.type for media in operation.body.media] == [
        Reference("CreateThingRequest"),
        Reference("CreateThingRequestFormData"),
    ]
    assert operation.body.media[1].parts[0].content_type == "image/png"
    made, wrong, odd = operation.responses
    assert [r.status for r in operation.responses] == ["201", "4XX", "default"]
    assert made.media[0].schema is not None
    assert made.media[0].schema.type == Reference("CreateThingResponse")
    assert [(h.name, h.schema.type) for h in made.headers] == [
        ("X-Kind", Reference("CreateThingResponseXKind"))
    ]
    assert wrong.media[0].schema is not None
    assert wrong.media[0].schema.type == Reference("WrongResponse")
    assert wrong.error_codes == {"bad": "It is bad."}
    assert odd.media[0].schema is None
    assert operation.response(404) == wrong
    assert operation.response(301) == odd


def test_security_alternatives(model: Model) -> None:
    built = model(
        """
        security: [{key: []}]
        paths:
          /default: {get: {operationId: default}}
          /none: {get: {operationId: none, security: []}}
          /either: {get: {operationId: either, security: [{}, {key: [], oauth: [read]}]}}
        components:
          securitySchemes:
            key: {type: http, scheme: Bearer, x-fern-bearer: {name: api_key, env: KEY}}
            oauth:
              type: oauth2
              flows:
                authorizationCode: {authorizationUrl: /a, tokenUrl: /t, scopes: {read: Read.}}
        """
    )
    found = by_id(built)
    assert found["default"].security == (Requirement({"key": ()}),)
    assert found["none"].security == ()
    assert found["either"].security == (
        Requirement({}),
        Requirement({"key": (), "oauth": ("read",)}),
    )
    key, oauth = built.api.security_schemes
    assert (key.scheme, key.argument, key.environment) == ("bearer", "api_key", "KEY")
    assert oauth.flows[0].scopes == {"read": "Read."}


def test_servers_have_their_variables_filled_in(model: Model) -> None:
    built = model(
        """
        servers: [{url: 'https://{host}/v1', variables: {host: {default: a.example}}}]
        paths: {/a: {get: {operationId: x, servers: [{url: 'https://b.example'}]}}}
        """
    )
    assert built.api.servers == (Server("https://a.example/v1"),)
    assert built.api.operations[0].servers == (Server("https://b.example"),)


@pytest.mark.parametrize(
    ("usual", "own", "found"),
    [
        ("https://a.example/v1", "/files", "https://a.example/files"),
        ("https://a.example/v1/", "files", "https://a.example/v1/files"),
        ("https://a.example/v1", "//b.example/x/", "https://b.example/x/"),
        ("https://a.example/v1", "https://b.example", "https://b.example"),
        ("/v1", "/files", "/files"),
    ],
)
def test_servers_of_operations_and_paths_lie_below_that_of_the_api(
    model: Model, usual: str, own: str, found: str
) -> None:
    built = model(
        f"""
        servers: [{{url: '{usual}'}}]
        paths:
          /a: {{get: {{operationId: x, servers: [{{url: '{own}'}}]}}}}
          /b: {{servers: [{{url: '{own}'}}], get: {{operationId: y}}}}
        """
    )
    assert [each.servers for each in built.api.operations] == [(Server(found),)] * 2


def test_webhooks_and_callbacks(model: Model) -> None:
    built = model(
        """
        x-fern-webhook-signature: {type: hmac, header: X-Sig, prefix: "sha256=", encoding: hex}
        webhooks:
          thing.made:
            post:
              parameters: [{name: X-Event, in: header, schema: {const: thing.made}}]
              requestBody: {content: {application/json: {schema: {properties: {id: {}}}}}}
        paths:
          /a:
            post:
              operationId: subscribe
              callbacks:
                onData:
                  '{$request.body#/url}':
                    post: {requestBody: {content: {application/json: {schema: {type: string}}}}}
        """
    )
    (hook,) = built.api.webhooks
    assert hook.body.media[0].schema is not None
    assert hook.body.media[0].schema.type == Reference("ThingMadeWebhook")
    assert [header.name for header in hook.headers] == ["X-Event"]
    assert hook.signature is not None
    assert (hook.signature.header, hook.signature.prefix) == ("X-Sig", "sha256=")
    (callback,) = built.api.operations[0].callbacks
    assert (callback.name, callback.expression) == ("onData", "{$request.body#/url}")


def test_events_of_a_stream(model: Model) -> None:
    built = model(
        """
        paths:
          /told:
            get:
              operationId: told
              responses:
                '200':
                  description: Events.
                  content:
                    text/event-stream:
                      x-event-schema:
                        events: {delta: {properties: {text: {type: string}}}, done: {type: object}}
                        final: [done]
                        resume: last-event-id
          /standard:
            get:
              operationId: standard
              responses:
                '200':
                  description: Events.
                  content:
                    text/event-stream:
                      itemSchema:
                        oneOf:
                          - properties:
                              event: {const: delta}
                              data: {type: string, contentSchema: {type: integer}}
          /bare:
            get:
              operationId: bare
              responses:
                '200': {description: E., content: {text/event-stream: {schema: {type: string}}}}
        """,
        head="openapi: 3.2.0\ninfo: {title: Zoo, version: '1'}\n",
    )
    streams = {i: op.responses[0].media[0].stream for i, op in by_id(built).items()}
    told, standard, bare = streams["told"], streams["standard"], streams["bare"]
    assert told is not None
    assert standard is not None
    assert bare is not None
    assert list(told.events) == ["delta", "done"]
    assert told.events["delta"].type == Reference("ToldResponseDeltaEvent")
    assert told.final == ("done",)
    assert (told.resume, standard.resume) == (True, False)
    assert {name: schema.type for name, schema in standard.events.items()} == {
        "delta": Scalar("integer")
    }
    assert {name: schema.type for name, schema in bare.events.items()} == {
        "message": Scalar("string")
    }


def test_limits_identity_and_retries(model: Model) -> None:
    built = model(
        """
        x-rate-limit: {per: key, limit: 600, window: 60, headers: {retry-after: Retry-After}}
        x-speakeasy-retries:
          {strategy: backoff, backoff: {initialInterval: 250}, statusCodes: [5XX]}
        x-identity: {token: $request.body.user_token, matches: $request.body.user_id, subject: sub}
        paths:
          /a: {post: {operationId: a, x-rate-limit: true, x-identity: true}}
          /b: {post: {operationId: b}}
        """
    )
    first, second = built.api.operations
    assert first.rate_limit is not None
    assert (first.rate_limit.burst, first.rate_limit.limit) == (600, 600)
    assert first.identity is not None
    assert (first.identity.token, first.identity.subject) == (("user_token",), ("sub",))
    assert (second.rate_limit, second.identity) == (None, None)
    assert built.api.retries is not None
    assert (built.api.retries.initial, built.api.retries.statuses) == (0.25, ("5XX",))


def test_true_without_a_default_is_a_finding(model: Model) -> None:
    built = model("paths:\n  /a:\n    get: {x-rate-limit: true}\n")
    assert [(f.code, f.position.line) for f in built.findings] == [("GEN-020", 5)]


def test_words_of_a_wrong_kind_promise_nothing(model: Model) -> None:
    built = model(
        """
        x-rate-limit: {limit: 6, window: 60, plans: many, headers: [a]}
        x-speakeasy-retries: {backoff: {initialInterval: [], maxInterval: true, exponent: x}}
        paths: {/a: {get: {x-rate-limit: true}}}
        """
    )
    limit, retries = built.api.operations[0].rate_limit, built.api.retries
    assert limit is not None
    assert (limit.plans, limit.headers) == ({}, {})
    assert retries is not None
    assert (retries.initial, retries.maximum, retries.exponent) == (0.5, 60, 1.5)


@pytest.mark.parametrize(
    "signature", ["type: rsa", "type: hmac, payload-format: {components: [body, 'ALOHA-02']}"]
)
def test_a_signature_that_is_not_expressed_is_found(model: Model, signature: str) -> None:
    built = model(
        f"""
        webhooks:
          made:
            post:
              x-fern-webhook-signature: {{header: X-Sig, {signature}}}
              requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}
        paths: {{}}
        """
    )
    assert [found.code for found in built.findings] == ["GEN-022"]
    assert built.api.webhooks[0].signature is None


def test_unknown_methods_of_3_2_are_operations(model: Model) -> None:
    built = model(
        "paths: {/a: {query: {operationId: q}, additionalOperations: {LINK: {operationId: l}}}}",
        head="openapi: 3.2.0\ninfo: {title: Zoo, version: '1'}\n",
    )
    assert [(each.id, each.method) for each in built.api.operations] == [
        ("q", "query"),
        ("l", "link"),
    ]


def test_a_parameter_without_a_schema_takes_anything(model: Model) -> None:
    built = model("paths: {/a: {get: {parameters: [{name: a, in: query}]}}}")
    assert built.api.operations[0].parameters[0].schema.type == Anything()


def test_an_error_that_stands_first_leaves_the_plain_name_to_the_success(model: Model) -> None:
    body = "{description: D., content: {application/json: {schema: {properties: {a: {}}}}}}"
    answers = f"{{'404': {body}, '200': {body}}}"
    built = model(f"paths: {{/a: {{get: {{operationId: getA, responses: {answers}}}}}}}")
    assert list(built.api.schemas) == ["GetA404Response", "GetAResponse"]
