"""Which of the media types that the contract lists a client speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.model import Anything, Api, Media, Operation, Reference, Response, Scalar, Schema

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


def has_members(media_type: str) -> bool:
    """Whether an object is sent in it member by member: JSON or a form. All else is as it is."""
    kind = media_type.partition(";")[0].strip().lower()
    return is_json(kind) or kind == _FORM or kind.startswith("multipart/")


def sent_schema(api: Api, media: Media) -> Schema | None:
    """What a body that is given whole is: of what has no members, text."""
    schema = media.schema
    while schema is not None and isinstance(schema.type, Reference):
        schema = api.schemas[schema.type.name]
    if schema is None or has_members(media.type) or isinstance(schema.type, Scalar | Anything):
        return media.schema
    return Schema(Scalar("string"), media.position, description=schema.description)


def as_they_are(api: Api, operation: Operation) -> Iterator[Media]:
    """What is sent and answered as text or bytes, though its schema says more of it."""
    for media in (sent_media(operation), *answer_media(operation)):
        if media is None or is_stream(media):
            continue
        if sent_schema(api, media) is not media.schema:
            yield media


def sent_example(operation: Operation) -> Any:
    """An example of the body that is sent; None where the contract has none that can be."""
    media = sent_media(operation)
    if media is None:
        return None
    told = media.schema.examples if media.schema is not None else ()
    found = [*media.examples.values(), *told]
    fitting = (each for each in found if has_members(media.type) or isinstance(each, str))
    return next(fitting, None)


def is_stream(media: Media) -> bool:
    """Whether a media type is server-sent events."""
    return media.type.lower().startswith("text/event-stream")
