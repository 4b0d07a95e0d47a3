"""Planted faults that several calls show: what is remembered of posts, jobs and threads."""

from typing import Any

from reference.aloha.parts import BASE_PATH, Parts
from reference.faults.aloha.access import POSTS
from reference.faults.composition import answers, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault

_VOICE, _THREADS = f"{BASE_PATH}/v1/voice/train", f"{BASE_PATH}/v1/inbox/threads"
_HOUR = 3_600_000_000
Post = dict[str, Any]


def _as_scheduled(post: Post) -> Post:
    channels = [{"channel": each["channel"], "status": "scheduled"} for each in post["channels"]]
    return {**post, "status": "scheduled", "channels": channels}


def _waits_with_offset(_parts: Parts) -> Tamper:
    waiting: set[str] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        at = asked.fields.get("scheduledAt")
        is_made = asked.path == POSTS and answered.status == 201 and "+" in str(at)
        if is_made and answered.json["status"] == "published":
            waiting.add(f"{POSTS}/{answered.json['id']}")
        if asked.path in waiting and answered.status == 200:
            return answered.with_json(_as_scheduled(answered.json))
        return answered

    return tamper


def _failed_as_a_whole(answered: Answered) -> Answered:
    post = answered.json
    reasons = [each["failureReason"] for each in post["channels"] if "failureReason" in each]
    channels = [
        {"channel": each["channel"], "status": "failed", "failureReason": reasons[0]}
        for each in post["channels"]
    ]
    return answered.with_json({**post, "channels": channels})


def _has_failed(asked: Asked, answered: Answered) -> bool:
    is_detail = answered.status == 200 and asked.path.startswith(f"{POSTS}/")
    return is_detail and answered.json.get("status") == "failed"


def _remembered_lists(parts: Parts) -> Tamper:
    known: dict[tuple[str, bytes], tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != POSTS or asked.query != [("status", "scheduled")]:
            return await ask(asked)
        call, now = (asked.token, asked.query_string), parts.platform.clock.microseconds()
        at, before = known.get(call, (0, None))
        if before is not None and now - at < _HOUR:
            return before
        answered = await ask(asked)
        if answered.status == 200:
            known[call] = (now, answered)
        return answered

    return tamper


def _one_run(_parts: Parts) -> Tamper:
    jobs: dict[tuple[str, str], Any] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 202 or not asked.path.endswith("/run"):
            return answered
        return answered.with_json(jobs.setdefault((asked.token, asked.path), answered.json))

    return tamper


def _one_training(_parts: Parts) -> Tamper:
    jobs: dict[str, Any] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _VOICE or answered.status != 202:
            return answered
        return answered.with_json(jobs.setdefault(asked.token, answered.json))

    return tamper


def _as_first_seen(_parts: Parts) -> Tamper:
    begun: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _THREADS or answered.status != 200:
            return answered
        page = answered.json
        rows = page["data"]
        for row in rows:
            begun.setdefault(row["id"], row["updatedAt"])
        rows.sort(key=lambda row: begun[row["id"]], reverse=True)
        return answered.with_json(page)

    return tamper


def _by_due_time(answered: Answered) -> Answered:
    page = answered.json
    page["data"].sort(key=lambda post: post.get("scheduledAt", ""), reverse=True)
    return answered.with_json(page)


def _lists_posts(asked: Asked, answered: Answered) -> bool:
    return asked.path == POSTS and asked.method == "GET" and answered.status == 200


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F40",
        title="A late post whose time has an offset is read as scheduled",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="Two functions tell whether a time has passed, and one of them compares texts.",
        apply=around_with_parts(_waits_with_offset),
    ),
    Fault(
        id="LIF-F76",
        title="A post that failed on one channel is read as failed on all",
        promises=("ALOHA-06",),
        mistake="The status of the post is shown for each of its channels.",
        apply=answers(_has_failed, _failed_as_a_whole),
    ),
    Fault(
        id="FIL-F47",
        title="The list of what is scheduled is an hour old",
        promises=("ALOHA-07",),
        mistake="The list that the dashboard asks for most is cached.",
        apply=around_with_parts(_remembered_lists),
    ),
    Fault(
        id="LIF-F77",
        title="A second training has the job of the first",
        promises=("ALOHA-11",),
        mistake="There is one training for each key at a time.",
        apply=around_with_parts(_one_training),
    ),
    Fault(
        id="LIF-F4091",
        title="Who runs a matrix again is told of the first job",
        promises=("ALOHA-10",),
        mistake="Double clicks were to be caught, by key and path.",
        apply=around_with_parts(_one_run),
    ),
    Fault(
        id="LIF-F78",
        title="A thread stays where it was when somebody writes again",
        promises=("ALOHA-09",),
        mistake="The page is ordered by the moment of the first message.",
        apply=around_with_parts(_as_first_seen),
    ),
    Fault(
        id="LIF-F96",
        title="Posts are listed by when they are due, drafts last",
        promises=("ALOHA-07",),
        mistake="The page is sorted as the calendar is.",
        apply=answers(_lists_posts, _by_due_time),
    ),
)
