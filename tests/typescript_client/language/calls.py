"""Calls: parameters in every place and style, names, servers, ways to authenticate."""

from __future__ import annotations

import json

from tests.language import styles
from tests.language.styles import STYLES, Sent
from tests.typescript_client.language.case import Case

_FOUND = {
    "path": 'new URL(sent().url).pathname.split("/").pop()',
    "query": "new URL(sent().url).search.slice(1)",
    "header": 'sent().headers.get("p")',
    "cookie": 'sent().headers.get("cookie")',
}


def _styled(number: int, sent: Sent) -> Case:
    value = json.dumps(sent.value)
    name = styles.operation_id(number)
    given = value if sent.place == "path" else f"{{ p: {value} }}"
    paths = styles.document()["paths"]
    item = {path: each for path, each in paths.items() if each["get"]["operationId"] == name}
    program = f"await client.styles.{name}({given});\nlog({_FOUND[sent.place]});"
    return Case(f"{number}: {sent}", json.dumps({"paths": item}), program, [sent.expected])


CASES = [
    *(_styled(number, sent) for number, sent in enumerate(STYLES)),
    Case(
        "operations without ids and tags, parameters of paths, unquoted statuses",
        """
        paths:
          /items/{id}:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
              - {name: lang, in: query, schema: {type: string}}
            get:
              parameters: [{name: lang, in: query, schema: {type: integer}}]
              responses:
                200: {description: OK, content: {application/json: {schema: {type: string}}}}
            delete:
              responses: <OK>
        """,
        """
        answer("it");
        log(await client.items.get("a b", { lang: 3 }), sent().url);
        await client.items.delete("1", { lang: "de" });
        log(sent().method, sent().url);
        """,
        [
            "it https://sample.test/items/a%20b?lang=3",
            "DELETE https://sample.test/items/1?lang=de",
        ],
    ),
    Case(
        "a parameter that a path names twice",
        """
        paths:
          /{id}/parts/{part}/of/{id}:
            parameters:
              - {name: part, in: path, required: true, schema: {type: integer}}
              - {name: id, in: path, required: true, schema: {type: string}}
            get: {operationId: getPart, tags: [parts], responses: <OK>}
        """,
        """
        await client.parts.get("a b", 2);
        log(sent().url);
        """,
        ["https://sample.test/a%20b/parts/2/of/a%20b"],
    ),
    Case(
        "the ends of paths that tell operations apart",
        """
        paths:
          /ends/{id}#kind=a:
            get:
              operationId: endA
              tags: [ends]
              parameters:
                - {name: id, in: path, required: true, schema: {type: string}}
                - {name: lang, in: query, schema: {type: string}}
              responses: <OK>
          /#List:
            get: {operationId: endAll, tags: [ends], responses: <OK>}
          /ends?kind=b:
            get:
              operationId: endB
              tags: [ends]
              parameters: [{name: lang, in: query, schema: {type: string}}]
              responses: <OK>
        """,
        """
        await client.ends.a("a#b", { lang: "de" });
        log(sent().url);
        await client.ends.all();
        log(sent().url);
        await client.ends.b({ lang: "de" });
        log(sent().url);
        """,
        [
            "https://sample.test/ends/a%23b?lang=de",
            "https://sample.test/",
            "https://sample.test/ends?kind=b&lang=de",
        ],
    ),
    Case(
        "names that are words of the language, start with digits, or are not ASCII",
        """
        paths:
          /1st-prices/import: {post: {operationId: class, tags: [default], responses: <OK>}}
          /größen: {get: {operationId: größenHolen, tags: [Größen], responses: <OK>}}
          /日本: {get: {operationId: 読む, tags: [日本], responses: <OK>}}
          /2nd: {get: {operationId: 2nd, tags: [2nd], responses: <OK>}}
          /clash:
            get:
              operationId: listClash
              tags: [fetch]
              parameters:
                - {name: id, in: query, schema: {type: string}}
                - {name: id, in: header, schema: {type: string}}
                - {name: new, in: query, schema: {type: string}}
                - {name: 2nd, in: query, schema: {type: string}}
                - {name: a-b, in: query, schema: {type: string}}
                - {name: a_b, in: query, schema: {type: string}}
                - {name: größe, in: query, schema: {type: string}}
                - {name: timeout, in: query, schema: {type: string}}
                - {name: 'x[]', in: query, schema: {type: string}}
                - {name: __proto__, in: query, schema: {type: string}}
              responses: <OK>
        """,
        """
        await client.default.class();
        log(sent().url);
        await client.größen.holen();
        log(decodeURI(sent().url));
        await client.日本.読む();
        log(decodeURI(sent().url));
        """,
        [
            "https://sample.test/1st-prices/import",
            "https://sample.test/größen",
            "https://sample.test/日本",
        ],
    ),
    Case(
        "parameters and schemes that are called as members of every object are",
        """
        security: [{constructor: []}, {}]
        paths:
          /rows:
            get:
              operationId: list
              tags: [rows]
              parameters:
                - {name: constructor, in: query, schema: {type: string}}
                - {name: toString, in: query, schema: {type: string}}
                - {name: valueOf, in: header, schema: {type: string}}
              responses: <OK>
        components:
          securitySchemes:
            constructor: {type: http, scheme: bearer}
        """,
        """
        await client.rows.list();
        log(sent().url, sent().headers.get("valueOf"), sent().headers.get("authorization"));
        await client.rows.list({ constructor: "c", toString: "s", valueOf: "v" });
        log(sent().url);
        """,
        [
            "https://sample.test/rows null null",
            "https://sample.test/rows?constructor=c&toString=s",
        ],
    ),
    Case(
        "servers with variables",
        """
        servers:
          - url: https://{region}.sample.test:{port}/v1
            variables: {region: {default: eu, enum: [eu, us]}, port: {default: '8443'}}
          - {url: https://sandbox.sample.test}
        paths:
          /a: {get: {operationId: getA, tags: [a], responses: <OK>}}
        """,
        """
        const { baseURL, ...others } = options;
        await new sdk.Sample(others).a.get();
        log(sent().url);
        await new sdk.Sample({ ...others, baseURL: "https://sandbox.sample.test" }).a.get();
        log(sent().url);
        """,
        ["https://eu.sample.test:8443/v1/a", "https://sandbox.sample.test/a"],
        {"x-case": "servers"},
    ),
    Case(
        "servers of operations and paths",
        """
        servers: [{url: 'https://api.sample.test/v1'}]
        security: [{token: []}, {}]
        paths:
          /a: {get: {operationId: getA, tags: [a], responses: <OK>}}
          /same: {get: {operationId: getSame, tags: [a], servers: [{url: v1/}], responses: <OK>}}
          /files/{id}:
            servers:
              - {url: 'https://{place}.sample.test/store/', variables: {place: {default: files}}}
              - {url: https://other.sample.test}
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            put:
              operationId: replaceFile
              tags: [files]
              requestBody: {content: {application/octet-stream: {}}}
              responses: {200: {description: OK, content: {application/json: {}}}}
            delete:
              operationId: deleteFile
              tags: [files]
              servers: [{url: /files}]
              responses: <OK>
          /rows:
            servers: [{url: https://rows.sample.test}]
            get:
              operationId: listRows
              tags: [rows]
              x-fern-pagination: {next_uri: $response.next, results: $response.data}
              responses: {200: {description: OK, content: {application/json: {schema: {
                type: object, properties: {data: {type: array, items: {type: integer}},
                next: {type: string}}}}}}}
          /events:
            get:
              operationId: streamEvents
              tags: [rows]
              servers: [{url: https://events.sample.test}]
              responses: {200: {description: OK, content: {text/event-stream: {}}}}
        """,
        """
        const { baseURL, ...others } = options;
        const token = "t";
        const served = new sdk.Sample({ ...others, token, maxRetries: 1, retries: { initial: 1 } });
        const shown = () => log(sent().method, sent().url, sent().headers.get("authorization"));
        answer("", 503);
        answers.push(new Response(null, { status: 307, headers: { location: "../moved" } }));
        answer("it");
        const { data, response } = await served.files
          .replace("1", { body: new Blob(["x"]) })
          .withResponse();
        log(data, response.request.url);
        shown();
        await served.files.delete("1");
        shown();
        await served.a.get();
        shown();
        await served.a.getSame();
        shown();
        answer("raw");
        await served.request("GET", "/files/1");
        shown();
        answer({ data: [1, 2], next: "/rows?page=2" });
        answer({ data: [3] });
        for await (const row of served.rows.list()) log(row, sent().url);
        const headers = { "content-type": "text/event-stream" };
        answers.push(new Response("data: 1\\n\\n", { headers }));
        for await (const event of served.rows.streamEvents()) log(event.data, sent().url);
        const copy = served.withOptions({ timeout: 5000 });
        await copy.files.delete("1").asResponse();
        shown();
        await copy.withOptions({ baseURL: "https://b.test/v2/" }).files.delete("1");
        shown();
        await client.files.delete("1");
        shown();
        """,
        [
            "it https://files.sample.test/store/files/1",
            "PUT https://files.sample.test/store/moved Bearer t",
            "DELETE https://api.sample.test/files/files/1 Bearer t",
            "GET https://api.sample.test/v1/a Bearer t",
            "GET https://api.sample.test/v1/same Bearer t",
            "GET https://api.sample.test/v1/files/1 Bearer t",
            "1 https://rows.sample.test/rows",
            "2 https://rows.sample.test/rows",
            "3 https://rows.sample.test/rows?page=2",
            "1 https://events.sample.test/events",
            "DELETE https://api.sample.test/files/files/1 Bearer t",
            "DELETE https://b.test/v2/files/1 Bearer t",
            "DELETE https://sample.test/files/1 null",
        ],
        {
            "x-case": "own servers",
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        },
    ),
    Case(
        "ways to authenticate",
        """
        security: [{key: [], app: []}, {token: []}, {}]
        paths:
          /any: {get: {operationId: getAny, tags: [any], responses: <OK>}}
          /b: {get: {operationId: getB, tags: [any], security: [{login: []}], responses: <OK>}}
          /c: {get: {operationId: getC, tags: [any], security: [{session: []}], responses: <OK>}}
          /o: {get: {operationId: getO, tags: [any], security: [], responses: <OK>}}
        """,
        """
        const shown = (name: string) => sent().headers.get(name) ?? "-";
        await new sdk.Sample({ ...options, key: "k", app: "a" }).any.get();
        log(sent().url, shown("x-key"), shown("authorization"));
        await new sdk.Sample({ ...options, token: "t" }).any.get();
        log(shown("authorization"));
        await client.any.get();
        log(shown("authorization"));
        await new sdk.Sample({ ...options, login: btoa("u:p") }).any.getB();
        log(shown("authorization"));
        await new sdk.Sample({ ...options, session: "s" }).any.getC();
        log(shown("cookie"));
        await new sdk.Sample({ ...options, token: "t" }).any.getO();
        log(shown("authorization"));
        await client.any.getB().catch((error) => log(error.name));
        """,
        [
            "https://sample.test/any?app=a k -",
            "Bearer t",
            "-",
            "Basic dTpw",
            "sid=s",
            "-",
            "MissingCredentialsError",
        ],
        {
            "components": {
                "securitySchemes": {
                    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                    "app": {"type": "apiKey", "in": "query", "name": "app"},
                    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
                    "token": {"type": "http", "scheme": "bearer"},
                    "login": {"type": "http", "scheme": "basic"},
                }
            }
        },
    ),
]
