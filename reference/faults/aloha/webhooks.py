"""Planted faults of webhooks."""

import base64
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, select

from generated.aloha.server import models
from reference.aloha.background import BackgroundWork
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import EventData, Events
from reference.aloha.inbox import Inbox
from reference.aloha.parts import Parts
from reference.aloha.publishing import Publisher
from reference.aloha.security import Workspace
from reference.faults import deliveries
from reference.faults.fault import Fault
from reference.webhooks import outbox as outboxes
from reference.webhooks.outbox import Outbox
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import RETRIES, Attempt
from reference.webhooks.signatures import aloha_headers
from reference.webhooks.tables import subscriptions

_SIGNATURE, _EVENT = "X-Aloha-Signature", "X-Aloha-Event"
_MINUTE = timedelta(minutes=1)
Headers = Mapping[str, str]
Apply = Callable[[Parts], Parts]


def _signature(change: Callable[[str], str]) -> Apply:
    return deliveries.headers(lambda _, sent: {**sent, _SIGNATURE: change(sent[_SIGNATURE])})


def _in_base64(signature: str) -> str:
    raw = bytes.fromhex(signature.removeprefix("sha256="))
    return f"sha256={base64.b64encode(raw).decode()}"


def _without(name: str) -> Apply:
    return deliveries.headers(lambda _, sent: {k: v for k, v in sent.items() if k != name})


def _new_id(attempt: Attempt, event: deliveries.Event) -> deliveries.Event:
    return {**event, "id": f"{attempt.event_id}{secrets.token_hex(2)}"}


def _no_answer(outcome: Outcome) -> bool:
    return outcome.status is None and "no answer within" in (outcome.error or "")


class _Telling(Events):
    """Tells of other events than it should."""

    def __init__(self, outbox: Outbox, silent: Collection[str], *, tests: bool) -> None:
        super().__init__(outbox)
        self._silent = silent
        self._tests = tests

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        if event not in self._silent:
            told = replace(workspace, mode="live") if self._tests else workspace
            super().put(connection, told, event, at, data)


class _Leaking(Outbox):
    """Sends every event to the subscribers of all tenants."""

    def put(self, connection: Connection, event: outboxes.Event) -> None:
        known = select(subscriptions.c.tenant).where(subscriptions.c.api == event.api).distinct()
        for tenant in {event.tenant, *connection.scalars(known)}:
            super().put(connection, replace(event, tenant=tenant))


class _Unfiltered(Outbox):
    """Sends events that were not subscribed to."""

    def put(self, connection: Connection, event: outboxes.Event) -> None:
        wanted = select(subscriptions.c.events).where(
            subscriptions.c.api == event.api, subscriptions.c.tenant == event.tenant
        )
        super().put(connection, event)
        others = {
            name
            for names in connection.scalars(wanted)
            if event.type not in names
            for name in names[:1]
        }
        for name in others:
            super().put(connection, replace(event, type=name))


def telling(make: Callable[[Parts], Events]) -> Apply:
    """Put other events in the outbox."""

    def apply(parts: Parts) -> Parts:
        events, platform = make(parts), parts.platform
        return replace(
            parts,
            publisher=Publisher(platform.jobs, events),
            background=BackgroundWork(platform.database, platform.clock, platform.jobs, events),
            dataset=AlohaDataset(platform.clock, platform.jobs, Inbox(events)),
        )

    return apply


def _silent(event: str) -> Apply:
    return telling(lambda parts: _Telling(parts.platform.outbox, {event}, tests=False))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F01",
        title="The signature is of the JSON written anew",
        promises=("ALOHA-12",),
        mistake="The signature is made where the event is an object still.",
        apply=deliveries.signed(deliveries.re_serialised),
    ),
    Fault(
        id="WHK-F02",
        title="The signature is in base64",
        promises=("ALOHA-12",),
        mistake="Another vendor's is.",
        apply=_signature(_in_base64),
    ),
    Fault(
        id="WHK-F03",
        title="A delivery is retried 5 times",
        promises=("ALOHA-13",),
        mistake="The first attempt is counted among the retries.",
        apply=deliveries.retries(RETRIES[:-1]),
    ),
    Fault(
        id="WHK-F04",
        title="A retry has a new id",
        promises=("ALOHA-13",),
        mistake="The event is made anew for each attempt.",
        apply=deliveries.bodies(_new_id),
    ),
    Fault(
        id="WHK-F05",
        title="What was received is sent again",
        promises=("ALOHA-13",),
        mistake="The answer is read only after the retry is scheduled.",
        apply=deliveries.sent_again,
    ),
    Fault(
        id="WHK-F06",
        title="All retries come a minute apart",
        promises=("ALOHA-13",),
        mistake="The back-off was never switched on.",
        apply=deliveries.retries((_MINUTE,) * 6),
    ),
    Fault(
        id="WHK-F07",
        title="The third wait is 20 minutes",
        promises=("ALOHA-13",),
        mistake="The times are counted from the first attempt.",
        apply=deliveries.retries((*RETRIES[:2], timedelta(minutes=20), *RETRIES[3:])),
    ),
    Fault(
        id="WHK-F08",
        title="A delivery is retried 7 times",
        promises=("ALOHA-13",),
        mistake="The loop runs once more.",
        apply=deliveries.retries((*RETRIES, timedelta(hours=24))),
    ),
    Fault(
        id="WHK-F09",
        title="A redirect counts as received",
        promises=("ALOHA-13",),
        mistake="Everything below 400 was thought to be fine.",
        apply=deliveries.received(
            lambda outcome: outcome.status is not None and 300 <= outcome.status <= 399
        ),
    ),
    Fault(
        id="WHK-F10",
        title="Redirects are followed",
        promises=("ALOHA-13",),
        mistake="The HTTP client does so by default.",
        apply=deliveries.attempts(deliveries.follower(aloha_headers)),
    ),
    Fault(
        id="WHK-F11",
        title="A 4xx is not retried",
        promises=("ALOHA-13",),
        mistake="4xx was thought to be the receiver's own fault.",
        apply=deliveries.received(
            lambda outcome: outcome.status is not None and 400 <= outcome.status <= 499
        ),
    ),
    Fault(
        id="WHK-F12",
        title="X-Aloha-Event is missing",
        promises=("ALOHA-12",),
        mistake="The event is in the body, after all.",
        apply=_without(_EVENT),
    ),
    Fault(
        id="WHK-F13",
        title="The signature has no sha256=",
        promises=("ALOHA-12",),
        mistake="The prefix was dropped with the old algorithm.",
        apply=_signature(lambda signature: signature.removeprefix("sha256=")),
    ),
    Fault(
        id="WHK-F14",
        title="created is in milliseconds",
        promises=("ALOHA-12",),
        mistake="JavaScript's idea of time.",
        apply=deliveries.bodies(lambda _, event: {**event, "created": event["created"] * 1000}),
    ),
    Fault(
        id="WHK-F15",
        title="created is the time of the attempt",
        promises=("ALOHA-13",),
        mistake="The body is made when it is sent.",
        apply=deliveries.bodies(
            lambda attempt, event: {**event, "created": attempt.at // 1_000_000}
        ),
    ),
    Fault(
        id="WHK-F16",
        title="Webhooks tell of test data",
        promises=("ALOHA-02",),
        mistake="The mode was forgotten on the way to the outbox.",
        apply=telling(lambda parts: _Telling(parts.platform.outbox, (), tests=True)),
    ),
    Fault(
        id="WHK-F17",
        title="post.failed is never sent",
        promises=("ALOHA-12",),
        mistake="The exception ends the job before the event is made.",
        apply=_silent("post.failed"),
    ),
    Fault(
        id="WHK-F18",
        title="Events go to the subscribers of all workspaces",
        promises=("ALOHA-12",),
        mistake="The query for subscribers forgets the workspace.",
        apply=telling(
            lambda parts: Events(_Leaking(parts.platform.clock)),
        ),
    ),
    Fault(
        id="WHK-F19",
        title="The signature is in upper case",
        promises=("ALOHA-12",),
        mistake="Another library writes hexadecimal so.",
        apply=_signature(lambda signature: "sha256=" + signature[7:].upper()),
    ),
    Fault(
        id="WHK-F20",
        title="A receiver that does not answer is thought to have received",
        promises=("ALOHA-13",),
        mistake="Time-outs are ignored, since they were too many.",
        apply=deliveries.received(_no_answer),
    ),
    Fault(
        id="WHK-F21",
        title="matrix.completed is never sent",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The event was renamed on one side.",
        apply=_silent("matrix.completed"),
    ),
    Fault(
        id="WHK-F22",
        title="reply.received is never sent",
        promises=("ALOHA-12",),
        mistake="The import of messages goes past the events.",
        apply=_silent("reply.received"),
    ),
    Fault(
        id="WHK-F23",
        title="An event's fields are not under data",
        promises=("ALOHA-12",),
        mistake="The wrapper was forgotten.",
        apply=deliveries.bodies(
            lambda _, event: {
                **{k: v for k, v in event.items() if k != "data"},
                **event["data"],
            }
        ),
    ),
    Fault(
        id="WHK-F24",
        title="An event's id does not begin with evt_",
        promises=("ALOHA-12",),
        mistake="The id of the row is sent.",
        apply=deliveries.bodies(lambda _, event: {**event, "id": event["id"].removeprefix("evt_")}),
    ),
    Fault(
        id="WHK-F25",
        title="The signature is under one secret for all subscribers",
        promises=("ALOHA-12",),
        mistake="The secret is read from the environment.",
        apply=deliveries.signed(lambda attempt: replace(attempt, secret="global")),  # noqa: S106 - it is none
    ),
    Fault(
        id="WHK-F26",
        title="Events that were not subscribed to are sent as one that was",
        promises=("ALOHA-12",),
        mistake="All events go through one topic.",
        apply=telling(lambda parts: Events(_Unfiltered(parts.platform.clock))),
    ),
    Fault(
        id="WHK-F27",
        title="X-Aloha-Event says post.published for everything",
        promises=("ALOHA-12",),
        mistake="The header was copied from an example.",
        apply=deliveries.headers(lambda _, sent: {**sent, _EVENT: "post.published"}),
    ),
    Fault(
        id="WHK-F28",
        title="A failed delivery is never retried",
        promises=("ALOHA-13",),
        mistake="The queue of retries has no worker.",
        apply=deliveries.retries(()),
    ),
)
