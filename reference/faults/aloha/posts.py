"""Planted faults of what happens to posts and to work in the background."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from reference.aloha.events import Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import NewPost, Publisher
from reference.faults.aloha.access import POSTS
from reference.faults.composition import answers, around, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import Job

_JOBS = ("/v1/analytics/export", "/v1/voice/train", "/run")
Apply = Callable[[Parts], Parts]
Post = dict[str, Any]


class _Never(Publisher):
    """Publishes nothing that is due later."""

    def do(self, connection: Connection, job: Job) -> None:
        """Do nothing."""


class _Drafting(Publisher):
    """Keeps every post as a draft, scheduled or not."""

    def create(self, connection: Connection, post: NewPost) -> None:
        super().create(connection, replace(post, scheduled_at=None))


class _Early(Publisher):
    """Publishes at once what is scheduled."""

    def create(self, connection: Connection, post: NewPost) -> None:
        due_at = None if post.scheduled_at is None else min(post.scheduled_at, post.created_at)
        super().create(connection, replace(post, scheduled_at=due_at))


class _OneChannel(Publisher):
    """Publishes on a post's first channel only."""

    def do(self, connection: Connection, job: Job) -> None:
        if job.payload["channel"] == "instagram":
            super().do(connection, job)


def _publisher(kind: type[Publisher]) -> Apply:
    def apply(parts: Parts) -> Parts:
        platform = parts.platform
        return replace(parts, publisher=kind(platform.jobs, Events(platform.outbox)))

    return apply


def _created(asked: Asked, answered: Answered) -> bool:
    return asked.method == "POST" and asked.path == POSTS and answered.status == 201


def _is_job(asked: Asked, answered: Answered) -> bool:
    return answered.status == 202 and asked.path.endswith(_JOBS)


def _is_detail(asked: Asked, answered: Answered) -> bool:
    return answered.status == 200 and asked.path.startswith(f"{POSTS}/")


def _of_detail(change: Callable[[Post], Post]) -> Apply:
    return answers(_is_detail, lambda answered: answered.with_json(change(answered.json)))


def _posting(change: Callable[[Post], Post]) -> Apply:
    """Take other posts than were sent."""

    def changed(asked: Asked) -> Asked:
        return asked.with_json(change(asked.fields)) if asked.fields else asked

    return requests(lambda asked: asked.method == "POST" and asked.path == POSTS, changed)


def _without_seconds(post: Post) -> Post:
    try:
        at = datetime.fromisoformat(post["scheduledAt"])
    except (KeyError, ValueError, TypeError):
        return post
    return {**post, "scheduledAt": at.replace(second=0, microsecond=0).isoformat()}


def _without_zone(post: Post) -> Post:
    at = post.get("scheduledAt")
    if not isinstance(at, str) or len(at) < 20 or at.endswith("Z") or at[-6] not in "+-":
        return post
    return {**post, "scheduledAt": f"{at[:-6]}Z"}


def _ascii(post: Post) -> Post:
    content = post.get("content")
    if not isinstance(content, str):
        return post
    return {**post, "content": content.encode("ascii", "replace").decode()}


def _trimmed(post: Post) -> Post:
    content = post.get("content")
    return {**post, "content": content.strip() or content} if isinstance(content, str) else post


def _failed_as_published(post: Post) -> Post:
    channels = [
        {"channel": each["channel"], "status": "published"} if each["status"] == "failed" else each
        for each in post["channels"]
    ]
    return {**post, "channels": channels}


def _one_channel(post: Post) -> Post:
    return {**post, "channels": post["channels"][:1]}


async def _future_only(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if not _created(asked, answered) or answered.json.get("status") == "scheduled":
        return answered
    if "scheduledAt" not in asked.fields:
        return answered
    message = "The body field scheduledAt lies in the past."
    return answered.with_status(400).with_json(
        {"error": {"code": "invalid_request", "message": message}}
    )


async def _csv_only(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status != 202 or asked.fields.get("format") != "json":
        return answered
    message = "The format is csv."
    return answered.with_status(400).with_json(
        {"error": {"code": "invalid_request", "message": message}}
    )


async def _unknown_matrix(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status != 404 or not asked.path.startswith(f"{BASE_PATH}/v1/matrix/"):
        return answered
    if not asked.path.endswith("/run"):
        return answered
    job = {"id": "job_01J000000000000000000001", "createdAt": "2026-11-22T00:00:00Z"}
    return answered.with_status(202).with_json(job)


async def _open_bodies(ask: Ask, asked: Asked) -> Answered:
    known = {"content", "channels", "scheduledAt", "format", "samples"}
    if asked.headers.get("content-type", "").startswith("application/json") and asked.fields:
        kept = {name: value for name, value in asked.fields.items() if name in known}
        if kept != asked.fields:
            return await ask(asked.with_json(kept))
    return await ask(asked)


async def _any_content_type(ask: Ask, asked: Asked) -> Answered:
    if asked.method == "POST" and isinstance(asked.json, dict):
        return await ask(asked.with_header("content-type", "application/json"))
    return await ask(asked)


async def _emoji_crashes(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if not _created(asked, answered) or not any(ord(c) > 0xFFFF for c in asked.fields["content"]):
        return answered
    error = {"code": "internal_error", "message": "Something went wrong on our side."}
    return answered.with_status(500).with_json({"error": error})


def _runs_once(_parts: Parts) -> Tamper:
    jobs: dict[str, Any] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 202 or not asked.path.endswith("/run"):
            return answered
        return answered.with_json(jobs.setdefault(asked.path, answered.json))

    return tamper


def _unwrapped(answered: Answered) -> Answered:
    return answered.with_json(answered.json["error"])


def _published_in_advance(post: Post) -> Post:
    channels = [
        {**each, "publishedAt": post["scheduledAt"]} if each["status"] == "scheduled" else each
        for each in post["channels"]
    ]
    return {**post, "channels": channels}


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F21",
        title="A scheduled post is kept as a draft",
        promises=("ALOHA-05",),
        mistake="The field was renamed on one side.",
        apply=_publisher(_Drafting),
    ),
    Fault(
        id="LIF-F22",
        title="A time already past is 400",
        promises=("ALOHA-05",),
        mistake="Validation asks for the future.",
        apply=around(_future_only),
    ),
    Fault(
        id="LIF-F23",
        title="A scheduled post is never published",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The worker is not started.",
        apply=_publisher(_Never),
    ),
    Fault(
        id="LIF-F24",
        title="A scheduled post is published at once",
        promises=("ALOHA-05",),
        mistake="The comparison is the wrong way round.",
        apply=_publisher(_Early),
    ),
    Fault(
        id="LIF-F25",
        title="A post is published on its first channel only",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The loop returns where it should go on.",
        apply=_publisher(_OneChannel),
    ),
    Fault(
        id="LIF-F26",
        title="A created post is 200",
        promises=("ALOHA-05",),
        mistake="The framework's default.",
        apply=answers(_created, lambda answered: answered.with_status(200)),
    ),
    Fault(
        id="LIF-F27",
        title="A channel on which a post failed is shown as published",
        promises=("ALOHA-06",),
        mistake="The status of the post is shown for each of its channels.",
        apply=_of_detail(_failed_as_published),
    ),
    Fault(
        id="LIF-F28",
        title="A post is read with the status of its first channel only",
        promises=("ALOHA-06",),
        mistake="The join has a limit.",
        apply=_of_detail(_one_channel),
    ),
    Fault(
        id="LIF-F29",
        title="scheduledAt loses its seconds",
        promises=("ALOHA-05",),
        mistake="The form of the dashboard has minutes only.",
        apply=_posting(_without_seconds),
    ),
    Fault(
        id="LIF-F30",
        title="The offset of scheduledAt is dropped",
        promises=("ALOHA-05",),
        mistake="The time is parsed by hand.",
        apply=_posting(_without_zone),
    ),
    Fault(
        id="LIF-F31",
        title="What is not ASCII becomes question marks",
        promises=("ALOHA-05",),
        mistake="The column has the wrong character set.",
        apply=_posting(_ascii),
    ),
    Fault(
        id="LIF-F32",
        title="Spaces at the ends of a post are dropped",
        promises=("ALOHA-05",),
        mistake="All fields of forms are trimmed.",
        apply=_posting(_trimmed),
    ),
    Fault(
        id="LIF-F33",
        title="An unknown matrix is run, with 202",
        promises=("ALOHA-10",),
        mistake="The job finds out later, and tells nobody.",
        apply=around(_unknown_matrix),
    ),
    Fault(
        id="LIF-F34",
        title="An export in JSON is 400",
        promises=("ALOHA-08",),
        mistake="Only CSV was ever built.",
        apply=around(_csv_only),
    ),
    Fault(
        id="LIF-F35",
        title="Work that is taken on is 200",
        promises=("ALOHA-08", "ALOHA-10", "ALOHA-11"),
        mistake="The framework's default.",
        apply=answers(_is_job, lambda answered: answered.with_status(200)),
    ),
    Fault(
        id="LIF-F36",
        title="Every job has the same id",
        promises=("ALOHA-08", "ALOHA-10", "ALOHA-11"),
        mistake="The default of the column is computed once.",
        apply=answers(
            _is_job,
            lambda answered: answered.with_json({**answered.json, "id": "job_01J0000000000000"}),
        ),
    ),
    Fault(
        id="LIF-F37",
        title="A draft says that it is scheduled",
        promises=("ALOHA-05",),
        mistake="The default of the column.",
        apply=answers(
            lambda asked, answered: (
                _created(asked, answered) and answered.json.get("status") == "draft"
            ),
            lambda answered: answered.with_json({**answered.json, "status": "scheduled"}),
        ),
    ),
    Fault(
        id="LIF-F38",
        title="A post that is scheduled says when it was published",
        promises=("ALOHA-06",),
        mistake="One column holds both moments.",
        apply=_of_detail(_published_in_advance),
    ),
    Fault(
        id="LIF-F39",
        title="A matrix that runs again is said to run in its first job",
        promises=("ALOHA-10",),
        mistake="The job is looked up by its matrix.",
        apply=around_with_parts(_runs_once),
    ),
    Fault(
        id="SCH-F41",
        title="A created post has no id",
        promises=("ALOHA-05",),
        mistake="The row is serialized before it is stored.",
        apply=answers(
            _created,
            lambda answered: answered.with_json(
                {k: v for k, v in answered.json.items() if k != "id"}
            ),
        ),
    ),
    Fault(
        id="SCH-F42",
        title="A post is read in snake_case",
        promises=("ALOHA-06",),
        mistake="Two serializers, one of them without its aliases.",
        apply=_of_detail(
            lambda post: {
                {"createdAt": "created_at", "scheduledAt": "scheduled_at"}.get(k, k): v
                for k, v in post.items()
            }
        ),
    ),
    Fault(
        id="STA-F41",
        title="A field that is not documented is ignored",
        promises=("ALOHA-17",),
        mistake="Bodies are open, and typing errors go unnoticed.",
        apply=around(_open_bodies),
    ),
    Fault(
        id="STA-F42",
        title="A body of any content type is read as JSON",
        promises=("ALOHA-17",),
        mistake="The header is never looked at.",
        apply=around(_any_content_type),
    ),
    Fault(
        id="STA-F43",
        title="An emoji is a 500",
        promises=("ALOHA-05",),
        mistake="The column takes three bytes a character.",
        apply=around(_emoji_crashes),
    ),
    Fault(
        id="ENV-F41",
        title="A 404 has code and message at its top",
        promises=("ALOHA-17",),
        mistake="The envelope was written by hand in one place more.",
        apply=answers(
            lambda _, answered: answered.status == 404 and answered.code is not None, _unwrapped
        ),
    ),
    Fault(
        id="ENV-F42",
        title="A bad request is 422",
        promises=("ALOHA-17",),
        mistake="The framework's default status for validation errors.",
        apply=answers(
            lambda _, answered: answered.status == 400 and answered.code is not None,
            lambda answered: answered.with_status(422),
        ),
    ),
    Fault(
        id="ENV-F43",
        title="A 429 is plain text",
        promises=("ALOHA-17", "ALOHA-15"),
        mistake="The proxy in front answers it.",
        apply=answers(
            lambda _, answered: answered.status == 429,
            lambda answered: answered.with_text("Too Many Requests"),
        ),
    ),
)
