"""Which of the media types that the contract lists a client speaks."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model import Media, Operation, Response

JSON = "application/json"
_FORMS = ("multipart/", "application/x-www-form-urlencoded", "text/")


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


def is_stream(media: Media) -> bool:
    """Whether a media type is server-sent events."""
    return media.type.lower().startswith("text/event-stream")
