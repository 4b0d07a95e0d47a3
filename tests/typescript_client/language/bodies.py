"""Bodies: forms and their parts, files, text, bytes, several media types."""

from __future__ import annotations

import json

from tests.language.forms import ENCODINGS, VALUES, operation
from tests.typescript_client.language.case import Case

_FORM = "application/x-www-form-urlencoded"


def _form(number: int, encoding: str, expected: str) -> Case:
    name = f"sendForm{number}"
    return Case(
        f"a form: {encoding or 'as usual'}",
        "paths:" + operation(f"/forms/{number}", name, _FORM, encoding),
        f"""
        await client.forms.{name}({json.dumps(VALUES)});
        log(decodeURIComponent(await sent().text()), sent().headers.get("content-type"));
        """,
        [f"{expected} {_FORM}"],
    )


def _parts(number: int, encoding: str, expected: str) -> Case:
    name = f"sendParts{number}"
    return Case(
        f"parts: {encoding or 'as usual'}",
        "paths:" + operation(f"/parts/{number}", name, "multipart/form-data", encoding),
        f"""
        await client.forms.{name}({json.dumps(VALUES)});
        const told = [];
        for (const [name, part] of await sent().formData()) {{
          told.push(`${{name}}=${{typeof part === "string" ? part : await part.text()}}`);
        }}
        log(told.join("&"));
        """,
        [expected],
    )


CASES = [
    *(_form(number, *each) for number, each in enumerate(ENCODINGS)),
    *(_parts(number, *each) for number, each in enumerate(ENCODINGS)),
    Case(
        "files",
        """
        paths:
          /files:
            post:
              operationId: sendFiles
              tags: [files]
              requestBody:
                required: true
                content:
                  multipart/form-data:
                    schema:
                      type: object
                      required: [main_file]
                      properties:
                        main_file: {type: string, format: binary}
                        others: {type: array, items: {type: string, format: binary}}
                        raw: {contentMediaType: application/octet-stream}
                    encoding: {main_file: {contentType: image/png}}
              responses: <OK>
        """,
        """
        await client.files.send({
          mainFile: new Uint8Array([137, 80]),
          others: [new Blob(["a"]), new File(["b"], "b.txt")],
        });
        const form = await sent().formData();
        const main = form.get("main_file") as File;
        log(main.type, main.size, form.getAll("others").map((each) => (each as File).name));
        """,
        ['image/png 2 ["blob","b.txt"]'],
    ),
    Case(
        "text, bytes and JSON by another name",
        """
        paths:
          /notes:
            post:
              operationId: createNote
              tags: [notes]
              requestBody: {required: true, content: {text/markdown: {schema: {type: string}}}}
              responses:
                '200': {description: OK, content: {text/plain: {schema: {type: string}}}}
            put:
              operationId: replaceNote
              tags: [notes]
              requestBody: {content: {application/octet-stream: {}}}
              responses:
                '200': {description: OK, content: {image/png: {}}}
            patch:
              operationId: updateNote
              tags: [notes]
              requestBody:
                content:
                  application/xml: {schema: {type: string}}
                  application/merge-patch+json:
                    schema: {type: object, properties: {the_title: {type: [string, 'null']}}}
              responses: <OK>
        """,
        """
        answers.push(new Response("é"));
        log(await client.notes.create({ body: "# é" }), await sent().text());
        log(sent().headers.get("content-type"), sent().headers.get("accept"));
        answers.push(new Response(new Uint8Array([137, 80])));
        const image: Blob = await client.notes.replace({ body: new Uint8Array([0, 255]) });
        log(image.size, (await sent().bytes()).join(), sent().headers.get("content-type"));
        await client.notes.update({ theTitle: null });
        log(await sent().text(), sent().headers.get("content-type"));
        """,
        [
            "é # é",
            "text/markdown; charset=utf-8 text/plain",
            "2 0,255 application/octet-stream",
            '{"the_title":null} application/merge-patch+json',
        ],
    ),
    Case(
        "what has no members is text, whatever its schema says",
        """
        paths:
          /parcels:
            post:
              operationId: createParcel
              tags: [parcels]
              requestBody:
                required: true
                content: {application/xml: {schema: <Parcel>, example: {the_weight: 2}}}
              responses: {'200': {description: OK, content: {text/xml: {schema: <Parcel>}}}}
          /parcels/form:
            post:
              operationId: sendParcel
              tags: [parcels]
              requestBody:
                content: {application/x-www-form-urlencoded: {schema: {type: string}}}
              responses: <OK>
        components:
          schemas:
            Parcel: {type: object, properties: {the_weight: {type: integer}}}
        """,
        """
        answers.push(new Response("<parcel/>"));
        const told: string = await client.parcels.create({ body: "<parcel weight='2'/>" });
        log(told, await sent().text(), sent().headers.get("content-type"));
        await client.parcels.send({ body: "weight=2&weight=3" });
        log(await sent().text(), sent().headers.get("content-type"));
        """,
        [
            "<parcel/> <parcel weight='2'/> application/xml; charset=utf-8",
            "weight=2&weight=3 application/x-www-form-urlencoded; charset=utf-8",
        ],
    ),
]
