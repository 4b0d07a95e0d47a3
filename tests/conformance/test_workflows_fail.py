"""Workflows that a server breaks: each fails where its promise is not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec import structs

from conformance.contract import load
from conformance.judging import judge
from conformance.launch import reference
from conformance.rule import Outcome
from conformance.session import opened
from conformance.target import Target
from conformance.workflows.running import rule_of
from tests.conformance.conftest import listening
from tests.conformance.middleman import Middleman, Query, Told, as_asked, as_told

Tell = Callable[[Told], None]
Targets = Callable[[str], Target]


@pytest.fixture(scope="module")
def honest() -> Iterator[Targets]:
    """The reference server of an API, started when it is first asked for."""
    started: dict[str, Target] = {}
    with ExitStack() as stack:

        def target(api: str) -> Target:
            if api not in started:
                started[api] = stack.enter_context(reference(api))
            return started[api]

        yield target


def failure(honest: Target, api: str, rule: str, ask: Callable[[Query], Query], tell: Tell) -> str:
    """What the workflow of a rule says of a server that lies so; empty where it passes."""
    contract = load(api, Path.cwd())
    workflow = next(each for each in contract.workflows if each.rule == rule)
    steps = tuple(structs.replace(step, within=min(step.within, 1)) for step in workflow.steps)
    impatient = rule_of(structs.replace(workflow, steps=steps), {})
    split = urlsplit(honest.base_url)
    middleman = Middleman(f"{split.scheme}://{split.netloc}", ask, tell)
    with listening(middleman) as url:
        target = replace(honest, base_url=url + split.path)
        with opened(contract, target) as session:
            result = judge(impatient, contract.operation(workflow.about), session)
    assert result.outcome in {Outcome.PASS, Outcome.FAIL}, result.message
    return result.message


def a_cycle_that_ends_at_its_start(told: Told) -> None:
    if told.path.endswith("/billing/subscription"):
        told.body["billing_cycle"]["starts_at"] = told.body["billing_cycle"]["ends_at"]


def bad_request(told: Told) -> None:
    if told.status == 400:
        told.body["error"]["message"] = "Bad request."


def cursors_for_ever(told: Told) -> None:
    if told.status == 400 and "audit" in told.path:
        told.status, told.body = 200, {"data": [], "pagination": {"has_more": False}}


def days_of_entries(told: Told) -> None:
    if told.path.endswith("/audit") and told.status == 200:
        for entry in told.body["data"]:
            entry["created_at"] = entry["created_at"][:10] + "T00:00:00.000Z"


def closed_since_midnight(told: Told) -> None:
    if told.path.endswith("/archive-status") and "closed_at" in told.body:
        told.body["closed_at"] = told.body["closed_at"][:10] + "T00:00:00.000Z"


def always_open(told: Told) -> None:
    if told.body and told.body.get("status") == "pending":
        told.body["status"] = "open"


def oldest_endpoints_first(told: Told) -> None:
    if told.path.endswith("/webhooks") and told.method == "GET":
        told.body["data"].sort(key=lambda endpoint: str(endpoint["created_at"]))


def everything_is_redacted(told: Told) -> None:
    if told.method == "GET" and told.path.endswith("/messages"):
        for message in told.body["data"]:
            message["body"] = "[redacted]"


def never_published(told: Told) -> None:
    if told.method == "GET" and told.body.get("status") == "published":
        told.body["status"] = "scheduled"


def all_channels_failed(told: Told) -> None:
    if told.method == "GET" and told.body.get("status") == "failed":
        for channel in told.body["channels"]:
            channel |= {"status": "failed", "publishedAt": None, "failureReason": "Something."}


def anything_is_training(told: Told) -> None:
    if told.path.endswith("/voice/train") and told.status == 400:
        told.status, told.body = 202, {"id": "job_1", "status": "queued"}


def oldest_first(told: Told) -> None:
    if told.path.endswith("/inbox/threads"):
        told.body["data"].sort(key=lambda thread: str(thread["updatedAt"]))


def no_words(told: Told) -> None:
    if told.path.endswith("/chat"):
        told.body["reply"] = ""


def any_day(query: Query) -> Query:
    return {name: value for name, value in query.items() if name != "date"}


def any_status(query: Query) -> Query:
    return {name: value for name, value in query.items() if name != "status"}


LIES = {
    "LIF-405": ("leadiosa", as_asked, always_open, "still-pending"),
    "LIF-413": ("leadiosa", as_asked, closed_since_midnight, "archived"),
    "LIF-422": ("leadiosa", as_asked, days_of_entries, "log"),
    "LIF-427": ("leadiosa", as_asked, oldest_endpoints_first, "list-endpoints"),
    "LIF-417": ("leadiosa", as_asked, a_cycle_that_ends_at_its_start, "owner"),
    "LIF-419": ("leadiosa", as_asked, bad_request, "body"),
    "LIF-423": ("leadiosa", as_asked, cursors_for_ever, "expired"),
    "PRI-402": ("leadiosa", as_asked, everything_is_redacted, "messages"),
    "LIF-202": ("aloha", as_asked, never_published, "read"),
    "LIF-204": ("aloha", as_asked, all_channels_failed, "read"),
    "LIF-205": ("aloha", any_day, as_told, "day"),
    "LIF-206": ("aloha", any_status, as_told, "failed"),
    "LIF-209": ("aloha", as_asked, anything_is_training, "none"),
    "LIF-211": ("aloha", as_asked, oldest_first, "inbox"),
    "LIF-301": ("haloagents", as_asked, no_words, "ask"),
}
"""Rule: the API, what is changed of a question and of an answer, the step that tells of it."""


@pytest.mark.parametrize("rule", LIES)
def test_a_workflow_fails_at_the_step_that_is_not_as_promised(honest: Targets, rule: str) -> None:
    api, ask, tell, step = LIES[rule]
    assert not failure(honest(api), api, rule, as_asked, as_told)
    assert f"Step {step} (" in failure(honest(api), api, rule, ask, tell)
