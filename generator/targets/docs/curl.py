"""An operation as a command for a shell: each text of the contract is one word there."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from generator.document.json_text import json_text
from generator.model import Api, Media, Operation, Parameter, Scalar, SecurityScheme
from generator.model.words import snake
from generator.targets.definitions import definition, member
from generator.targets.docs.samples import Samples
from generator.targets.media_choice import answer_media, is_json, is_stream, sent_media

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[\w-]+", re.ASCII)
_NEXT = " \\\n  "
_SAFE = "-._~"
_MOST_OPTIONAL = 2
_SHORT = 60


def curl(api: Api, samples: Samples, operation: Operation) -> str:
    """The command: all that must be sent, and what the contract has an example of."""
    words = [
        f"curl {_method(operation)}{_url(api, samples, operation)}",
        *_headers(api, samples, operation),
    ]
    if any(media is not None and is_stream(media) for media in answer_media(operation)):
        words.append("--no-buffer")
    media = sent_media(operation)
    if media is not None:
        words += _body(api, samples, media)
    return _NEXT.join(words)


def _method(operation: Operation) -> str:
    method = operation.method.upper()
    if method == "GET":
        return ""
    return "--head " if method == "HEAD" else f"--request {shlex.quote(method)} "


def _url(api: Api, samples: Samples, operation: Operation) -> str:
    servers = operation.servers or api.servers
    base = servers[0].url if servers else "/"
    path = operation.path.partition("#")[0]  # a fragment tells operations apart, and is not sent
    for each in operation.in_location("path"):
        path = path.replace(f"{{{each.name}}}", _segment(samples, each))
    pairs = [pair for each in _queries(operation) for pair in _query(samples, each)]
    rest = path + (("&" if "?" in path else "?") + "&".join(pairs) if pairs else "")
    if base.lower().startswith(("http://", "https://")):
        return shlex.quote(base.rstrip("/") + rest)
    return f'"$BASE_URL"{shlex.quote(base.rstrip("/") + rest)}'


def _segment(samples: Samples, parameter: Parameter) -> str:
    value = samples.parameter(parameter)
    if value is None:
        return _stand_in(parameter)
    text = _flat(value, ",")
    lead = {"label": ".", "matrix": f";{_encoded(parameter.name)}="}.get(parameter.style, "")
    return lead + text


def _stand_in(parameter: Parameter) -> str:
    return _encoded(snake(parameter.name).upper() or "VALUE")


def _queries(operation: Operation) -> list[Parameter]:
    """What is required, and some that have an example; the first page is asked for without one."""
    listed = operation.in_location("query")
    pages = operation.pagination
    moving = {pages.parameter, pages.size.parameter if pages.size else ""} if pages else set()
    optional = [each for each in listed if _is_short(each) and each.name not in moving]
    some = [each for each in optional if not each.required][:_MOST_OPTIONAL]
    return [each for each in listed if each.required or each in some]


def _is_short(parameter: Parameter) -> bool:
    """Whether there is an example that does not hide the rest of the command."""
    return bool(parameter.examples) and len(_plain(parameter.examples[0])) <= _SHORT


def _query(samples: Samples, parameter: Parameter) -> Iterator[str]:
    """The pairs of a parameter."""
    value, name = samples.parameter(parameter), _encoded(parameter.name)
    if value is None:
        yield f"{name}={_stand_in(parameter)}"
    elif parameter.content:
        yield f"{name}={_encoded(json.dumps(value))}"
    elif isinstance(value, dict) and parameter.style == "deepObject":
        yield from (f"{name}%5B{_encoded(k)}%5D={_flat(v, ',')}" for k, v in value.items())
    elif isinstance(value, dict) and parameter.explode:
        yield from (f"{_encoded(k)}={_flat(v, ',')}" for k, v in value.items())
    elif isinstance(value, list) and parameter.explode:
        yield from (f"{name}={_flat(each, ',')}" for each in value)
    else:
        between = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(parameter.style, ",")
        yield f"{name}={_flat(value, between)}"


def _flat(value: Any, between: str) -> str:
    if isinstance(value, dict):
        return between.join(f"{_encoded(k)}{between}{_encoded(v)}" for k, v in value.items())
    if isinstance(value, list):
        return between.join(map(_encoded, value))
    return _encoded(value)


def _encoded(value: Any) -> str:
    return quote(_plain(value).encode("utf-8", "replace"), safe=_SAFE)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _headers(api: Api, samples: Samples, operation: Operation) -> Iterator[str]:
    needed = operation.security[0].schemes if operation.security else ()
    schemes = {each.name: each for each in api.security_schemes if each.name in needed}
    for name in needed:
        if name in schemes:
            yield from _credential(schemes[name])
    for each in operation.in_location("header"):
        value = samples.parameter(each)
        if each.required or (each.examples and value is not None):
            text = _stand_in(each) if value is None else _plain(value)
            yield f"--header {shlex.quote(_line(f'{each.name}: {text}'))}"
    cookies = [each for each in operation.in_location("cookie") if each.required]
    for each in cookies:
        value = samples.parameter(each)
        text = _stand_in(each) if value is None else _flat(value, ",")
        yield f"--cookie {shlex.quote(_line(f'{each.name}={text}'))}"


def _credential(scheme: SecurityScheme) -> Iterator[str]:
    """How a credential is sent, which a variable of the shell holds."""
    known = bool(_VARIABLE.fullmatch(scheme.environment))
    variable = scheme.environment if known else (snake(scheme.name).upper() or "CREDENTIAL")
    secret = f"${variable}" if _VARIABLE.fullmatch(variable) else "$CREDENTIAL"
    match scheme.kind, scheme.scheme:
        case "http", "basic":
            yield '--user "$USER_NAME:$PASSWORD"'
        case (("oauth2" | "openIdConnect"), _):
            yield f'--header "Authorization: Bearer {secret}"'
        case "http", word:
            prefix = word.capitalize() if _HEADER.fullmatch(word) else "Bearer"
            yield f'--header "Authorization: {prefix} {secret}"'
        case "apiKey", _ if not _HEADER.fullmatch(scheme.parameter):
            return
        case "apiKey", _ if scheme.location == "header":
            yield f'--header "{scheme.parameter}: {secret}"'
        case "apiKey", _ if scheme.location == "cookie":
            yield f'--cookie "{scheme.parameter}={secret}"'
        case "apiKey", _:
            yield f'--url-query "{scheme.parameter}={secret}"'
        case _:
            yield "--cert client.pem"


def _body(api: Api, samples: Samples, media: Media) -> Iterator[str]:
    value = next((each.value for each in samples.media(media, sending=True).values()), None)
    kind = media.type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data" and isinstance(value, dict):
        yield from (_part(api, media, str(name), each) for name, each in value.items())
        return
    if kind == "application/x-www-form-urlencoded" and isinstance(value, dict):
        for name, each in value.items():
            yield f"--data-urlencode {shlex.quote(f'{name}={_plain(each)}')}"
        return
    yield f"--header {shlex.quote(_line(f'Content-Type: {media.type}'))}"
    if value is not None and is_json(media.type):
        yield f"--data {shlex.quote(json_text(value).rstrip())}"
    elif isinstance(value, str) and not _is_binary(api, media):
        yield f"--data-binary {shlex.quote(value)}"
    else:
        yield "--data-binary @file"


def _part(api: Api, media: Media, name: str, value: Any) -> str:
    found = definition(api, member(api, media.schema, name))
    if found is not None and found.type == Scalar("string", "binary"):
        return f"--form {shlex.quote(f'{name}=@file')}"
    return f"--form-string {shlex.quote(f'{name}={_plain(value)}')}"


def _is_binary(api: Api, media: Media) -> bool:
    found = definition(api, media.schema)
    return found is not None and found.type == Scalar("string", "binary")


def _line(text: str) -> str:
    return " ".join(text.split())
