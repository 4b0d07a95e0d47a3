"""One operation of a stub: which documented answer a call gets, and what is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from generator.model import Operation
from generator.stub.media import Media, media_of
from generator.stub.negotiation import concrete, preferred
from generator.stub.paging import fitted
from generator.stub.preferences import PreferenceError, Preferences, read_preferences
from generator.stub.seed import Seed
from generator.stub.sentences import with_sentence
from generator.stub.values import NoValueError, Values
from generator.targets.server.runtime import Envelope, EventStream, Request, Response
from generator.targets.server.runtime.answers import BODILESS
from generator.targets.server.runtime.app import CORS_HEADER, REQUEST_ID_HEADER
from generator.targets.server.runtime.document import Document, Location
from generator.targets.server.runtime.errors import RequestError
from generator.targets.server.runtime.media_types import is_json

_NOTHING: Final = Preferences()
_ALWAYS_THERE: Final = frozenset(
    {"content-type", "preference-applied", CORS_HEADER, REQUEST_ID_HEADER}
)
"""Headers that the server runtime sets, or `_headers` itself."""


@dataclass(frozen=True, slots=True)
class Documented:
    """One response of the contract, and the status that it is sent with."""

    status: int
    key: str
    location: Location


@dataclass(frozen=True, slots=True)
class _Call:
    """A call and the response it gets; `path` and `query` are parameter → what was sent."""

    answer: Documented
    wanted: Preferences
    request: Request[Any]
    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers one operation, as a handler of the server runtime.

    `arguments` are the path parameters' names, in order. `document` is the contract as answers see
    it, `place` the operation in it, `values` makes values of its schemas.
    """

    operation: Operation
    document: Document = field(repr=False)
    place: Location = field(repr=False)
    values: Values = field(repr=False)
    envelope: Envelope
    arguments: tuple[str, ...]

    async def __call__(self, request: Request[Any], *path_values: Any, **sent: Any) -> Any:
        """The answer to a valid request.

        Raises RequestError: 400 where a preference cannot be met, 500 where the contract documents
        an answer that cannot be made, 501 where it would have to be made in XML.
        """
        try:
            wanted = read_preferences(request.headers.getlist("prefer"))
        except PreferenceError as error:
            raise RequestError(400, str(error)) from None
        answer = self._chosen(wanted)
        path = dict(zip(self.arguments, path_values, strict=True))
        call = _Call(answer, wanted, request, path, dict(request.query), sent.get("body"))
        headers = self._headers(answer, wanted)
        media = self._media(call)
        if media is None or answer.status in BODILESS:
            return Response(None, answer.status, headers)
        if media.is_stream and (wanted.dynamic or not media.examples):
            stream = EventStream(media.events(self.values, self._seed(answer, media.type, wanted)))
            return Response(stream, answer.status, headers)
        written = media.written(self._value(media, call))
        return Response(written, answer.status, headers, concrete(media.type))

    def refusal(self, status: int, sentence: str) -> tuple[int, str, Any] | None:
        """What the contract documents for an error that the server runtime found.

        Status, media type and value, with `sentence` in it; None where nothing is documented for
        it in JSON. Where a wrong request is documented as 422 alone, a 400 becomes that.
        """
        keys = [str(key) for key in self.place.value.get("responses", {})]
        if status == 400 and "400" not in keys and "422" in keys:
            status = 422
        try:
            answer = self._asked_for(str(status), keys)
        except RequestError:
            return None
        for name in _content(answer.location):
            media = media_of(self.document, answer.location, name)
            if not is_json(media.essence):
                continue
            try:
                error = media.made(self.values, self._seed(answer, name, _NOTHING), examples=True)
            except NoValueError:
                return None
            told = with_sentence(next(iter(media.examples.values()), error), sentence)
            for value in (*told, error):
                if not media.faults(self.values, value):
                    return status, concrete(name), value
        return None

    def accepts(self, status: int, value: Any) -> bool:
        """Whether the contract documents that an error is answered like this, in JSON."""
        keys = [str(key) for key in self.place.value.get("responses", {})]
        try:
            answer = self._asked_for(str(status), keys)
        except RequestError:
            return False
        listed = [media_of(self.document, answer.location, n) for n in _content(answer.location)]
        return any(is_json(one.essence) and not one.faults(self.values, value) for one in listed)

    def _chosen(self, wanted: Preferences) -> Documented:
        """The response that was asked for; else the first success, else the first there is."""
        keys = [str(key) for key in self.place.value.get("responses", {})]
        if wanted.code:
            return self._asked_for(wanted.code, keys)
        if wanted.example:
            for key in keys:
                if any(wanted.example in media.examples for media in self._all_media(key)):
                    return self._documented(key)
        for kind in ("2", "d", "3", "4", "5"):
            found = next((key for key in keys if key.startswith(kind)), None)
            if found is not None:
                return self._documented(found, success=True)
        return Documented(200, "", Location({}, self.place.pointer))

    def _asked_for(self, code: str, keys: Sequence[str]) -> Documented:
        there = {key.upper() if key != "default" else key: key for key in keys}
        for key in (code, f"{code[0]}XX", "default"):
            if key in there and (code.isdecimal() or key == code):
                return self._documented(there[key], status=int(code) if code.isdecimal() else None)
        if code.endswith("XX"):
            found = next((key for key in keys if key[0] == code[0]), None)
            if found is not None:
                return self._documented(found)
        listed = ", ".join(keys) or "none"
        raise RequestError(400, f"No {code} is documented here; there are: {listed}.")

    def _documented(
        self, key: str, *, status: int | None = None, success: bool = False
    ) -> Documented:
        if status is None:
            status = int(key) if key.isdecimal() else _first_of(key, success=success)
        if status < 200:
            raise RequestError(400, f"{status} is no answer by itself (RFC 9110 §15.2).")
        return Documented(status, key, self.document.child(self.place, "responses", key))

    def _all_media(self, key: str) -> list[Media]:
        response = self.document.child(self.place, "responses", key)
        return [media_of(self.document, response, name) for name in _content(response)]

    def _media(self, call: _Call) -> Media | None:
        answer, wanted = call.answer, call.wanted
        names = list(_content(answer.location))
        if not names:
            if wanted.example:
                raise RequestError(400, f"The {answer.key} has no body, so no example.")
            return None
        media = [media_of(self.document, answer.location, name) for name in names]
        if wanted.example:
            media = [one for one in media if wanted.example in one.examples]
            if not media:
                raise RequestError(400, self._examples_there_are(answer, wanted.example))
        made = [one for one in media if one.is_made(examples=not wanted.dynamic)]
        if not made:
            raise RequestError(501, f"A stub makes no {media[0].type}; the contract may show one.")
        accepted = preferred(call.request.headers.get("accept", ""), [one.type for one in made])
        return next(one for one in made if one.type == accepted)

    def _examples_there_are(self, answer: Documented, wanted: str) -> str:
        found = [name for media in self._all_media(answer.key) for name in media.examples if name]
        listed = ", ".join(dict.fromkeys(found)) or "none"
        return f"The {answer.key} has no example {wanted[:60]!r}; there are: {listed}."

    def _value(self, media: Media, call: _Call) -> Any:
        wanted = call.wanted
        if wanted.example:
            return self._named_example(media, wanted.example)
        if not wanted.dynamic:
            for value in media.shown(self.operation, {**call.query, **call.path}, call.body):
                if not media.faults(self.values, value):
                    return self._fitted(value, media, call)
        for value in self._envelope(call):
            if not media.faults(self.values, value):
                return value
        try:
            seed = self._seed(call.answer, media.type, wanted)
            value = media.made(self.values, seed, examples=not wanted.dynamic)
        except NoValueError as error:
            message = f"No valid {call.answer.key} can be made: {error}."
            raise RequestError(500, message) from None
        return self._fitted(value, media, call)

    def _named_example(self, media: Media, name: str) -> Any:
        value = media.examples[name]
        faults = media.faults(self.values, value)
        if faults:
            where = "/".join(map(str, faults[0][0]))
            message = (
                f"The example {name[:60]!r} breaks `{faults[0][1]}` of its schema at /{where}."
            )
            raise RequestError(400, message)
        return value

    def _fitted(self, value: Any, media: Media, call: _Call) -> Any:
        if not 200 <= call.answer.status < 300:
            return value
        return fitted(
            value,
            self.operation,
            call.path,
            call.query,
            lambda one: not media.faults(self.values, one),
        )

    def _envelope(self, call: _Call) -> Iterator[Any]:
        """The error that the response documents first, in the API's envelope."""
        codes = call.answer.location.value.get("x-error-codes")
        if isinstance(codes, Mapping) and codes:
            code, when = next(iter(codes.items()))
            body = self.envelope.body(str(code), str(when or code), call.request.request_id)
            yield json.loads(body)

    def _headers(self, answer: Documented, wanted: Preferences) -> dict[str, str]:
        headers = {}
        for name in answer.location.value.get("headers") or {}:
            if name.lower() in _ALWAYS_THERE:
                continue
            place = self.document.child(answer.location, "headers", name)
            text = self._header(place, self._seed(answer, name, wanted), wanted)
            if text is not None:
                headers[name] = text
        applied = wanted.applied
        if applied and applied.isascii() and applied.isprintable():
            headers["Preference-Applied"] = applied
        return headers

    def _header(self, place: Location, seed: Seed, wanted: Preferences) -> str | None:
        """A header's value as it is sent, None where none can be."""
        definition = place.value
        if not wanted.dynamic:
            for example in _header_examples(self.document, definition):
                return _simple(example, explode=definition.get("explode", False))
        if "schema" not in definition:
            return "stub"
        try:
            schema = self.document.child(place, "schema")
            value = self.values.make(schema, seed, examples=not wanted.dynamic)
        except NoValueError:
            return None
        return _simple(value, explode=definition.get("explode", False))

    def _seed(self, answer: Documented, part: str, wanted: Preferences) -> Seed:
        seed = Seed(self.operation.id).at(answer.key).at(part)
        return seed.at(f"seed {wanted.seed}") if wanted.seed else seed


def _first_of(key: str, *, success: bool) -> int:
    if key[0] in "12345":
        return int(key[0]) * 100
    return 200 if success else 500


def _content(response: Location) -> Mapping[str, Any]:
    found = response.value.get("content")
    return found if isinstance(found, Mapping) else {}


def _header_examples(document: Document, definition: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in definition:
        yield definition["example"]
    for example in (definition.get("examples") or {}).values():
        resolved = document.resolve(example)
        if "value" in resolved:
            yield resolved["value"]


def _simple(value: Any, *, explode: bool) -> str | None:
    """A value in the style `simple` (OpenAPI 3.1 §4.8.12), None where it has no text in Latin-1."""
    if isinstance(value, dict):
        between = "=" if explode else ","
        text = ",".join(f"{name}{between}{_word(member)}" for name, member in value.items())
    else:
        text = ",".join(map(_word, value)) if isinstance(value, list) else _word(value)
    fits = all(" " <= character <= "ÿ" and character != "\x7f" for character in text)
    return text if fits else None


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
