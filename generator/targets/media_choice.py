"""Which of the media types that the contract lists a client speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.model import (
    Anything,
    Api,
    Array,
    Constant,
    Enumeration,
    Media,
    Operation,
    Response,
    Scalar,
    Schema,
    Type,
)
from generator.targets.definitions import definition

JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_FORMS = ("multipart/", _FORM, "text/")


def chosen_media(found: Iterable[Media]) -> Media | None:
    """The media type that the client reads: JSON where there is any, else the first."""
    listed = list(found)
    for media in listed:
        if is_json(media.type):
            return media
    return listed[0] if listed else None


def sent_media(operation: Operation) -> Media | None:
    """The media type of the body that is sent: JSON, else a form or text, else the first."""
    listed = operation.body.media if operation.body else ()
    for media in listed:
        if is_json(media.type):
            return media
    for media in listed:
        if media.type.startswith(_FORMS):
            return media
    return chosen_media(listed)


def answer_media(operation: Operation) -> tuple[Media | None, ...]:
    """The media types of success that an operation has a method for, one each.

    They are two where an answer is given whole or as a stream of events, as the caller likes.
    """
    success = success_answer(operation)
    listed = success.media if success else ()
    whole = [media for media in listed if not is_stream(media)]
    streams = [media for media in listed if is_stream(media)]
    return (chosen_media(whole), *streams[:1]) if whole and streams else (chosen_media(listed),)


def success_answer(operation: Operation) -> Response | None:
    """The answer that a method is typed by: the first success, else what stands for 200."""
    return operation.success or operation.response(200)


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON by its name (RFC 6839)."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind.endswith(("/json", "+json")) or kind == "*/*"


def is_form(media_type: str) -> bool:
    """Whether a media type has members that are not JSON."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind == _FORM or kind.startswith("multipart/")


def is_opaque(api: Api, media: Media) -> bool:
    """Whether a body is text or bytes to a client: it is no JSON, and no form with members."""
    if is_form(media.type):
        return isinstance(_meant(api, media), Scalar | Constant | Enumeration | Array)
    return not is_json(media.type)


def sent_schema(api: Api, media: Media) -> Schema | None:
    """What a body that is given whole is: text, where it is opaque, whatever its schema says."""
    schema = media.schema
    if schema is None or not is_opaque(api, media) or isinstance(_meant(api, media), Scalar):
        return schema
    return Schema(Scalar("string"), media.position, description=schema.description)


def as_they_are(api: Api, operation: Operation) -> Iterator[Media]:
    """What is sent and answered as text or bytes, though more could be said of it."""
    for media in (sent_media(operation), *answer_media(operation)):
        if media is None or is_stream(media) or not is_opaque(api, media):
            continue
        if is_form(media.type) or not _is_plain(api, media):
            yield media


def _is_plain(api: Api, media: Media) -> bool:
    return media.schema is None or isinstance(_meant(api, media), Scalar | Anything)


def _meant(api: Api, media: Media) -> Type | None:
    found = definition(api, media.schema)
    return found.type if found else None


def sent_example(operation: Operation) -> Any:
    """An example of the body that is sent; None where the contract has none that can be."""
    media = sent_media(operation)
    if media is None:
        return None
    told = media.schema.examples if media.schema is not None else ()
    found = [*media.examples.values(), *told]
    whole = not (is_json(media.type) or is_form(media.type))
    return next((each for each in found if isinstance(each, str) or not whole), None)


def is_stream(media: Media) -> bool:
    """Whether a media type is server-sent events."""
    return media.type.lower().startswith("text/event-stream")
