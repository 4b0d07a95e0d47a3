"""Forms: how their members are sent, by what a document says of their encoding."""

from __future__ import annotations

VALUES = {"plain": "a b", "tags": ["p", "q"], "point": {"x": 1, "y": 2}}

# An Encoding Object (OpenAPI 3.1 §4.8.15), and then all members, decoded and joined by `&`.
ENCODINGS = [
    ("", 'plain=a b&tags=p&tags=q&point={"x":1,"y":2}'),
    ("tags: {style: form, explode: false}", 'plain=a b&tags=p,q&point={"x":1,"y":2}'),
    ("tags: {style: pipeDelimited, explode: false}", 'plain=a b&tags=p|q&point={"x":1,"y":2}'),
    ("tags: {style: spaceDelimited, explode: false}", 'plain=a b&tags=p q&point={"x":1,"y":2}'),
    ("tags: {contentType: application/json}", 'plain=a b&tags=["p","q"]&point={"x":1,"y":2}'),
    ("point: {style: deepObject, explode: true}", "plain=a b&tags=p&tags=q&point[x]=1&point[y]=2"),
    ("point: {style: form}", "plain=a b&tags=p&tags=q&x=1&y=2"),
    ("point: {explode: false}", "plain=a b&tags=p&tags=q&point=x,1,y,2"),
    ("plain: {contentType: text/plain}", 'plain=a b&tags=p&tags=q&point={"x":1,"y":2}'),
    ("plain: {contentType: application/json}", 'plain="a b"&tags=p&tags=q&point={"x":1,"y":2}'),
]


def operation(path: str, name: str, media: str, encoding: str) -> str:
    """A path as YAML: a form of the tag `forms` is sent there."""
    told = f"encoding: {{{encoding}}}" if encoding else ""
    return f"""
  {path}:
    post:
      operationId: {name}
      tags: [forms]
      requestBody:
        required: true
        content:
          {media}:
            schema:
              type: object
              properties:
                plain: {{type: string}}
                tags: {{type: array, items: {{type: string}}}}
                point: {{type: object, properties: {{x: {{type: integer}}, y: {{type: integer}}}}}}
            {told}
      responses: {{'204': {{description: Sent}}}}
"""
