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
