"""WHK: each event is told once, to those who asked for it, as documented, and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.contract import Contract
from conformance.deliveries import (
    body_of,
    body_problem,
    event_of,
    evidence,
    expected_signature,
    header_problem,
    id_of,
    is_signed,
    media_type_of,
    webhook_of,
)
from conformance.exchange import Answer
from conformance.receiver import Received
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.subscribers import (
    ALL,
    FAILS,
    ONLY,
    OTHER,
    QUERY,
    SHARED,
    Told,
    attempts,
    signature_of,
    told,
    told_at_leisure,
)
from conformance.vocabulary import Subjects

PROMISES = ("ALOHA-12", "LEAD-17")
NEEDS = (Need.RECEIVER, Need.FRESH_KEYS, Need.CLOCK)
SLACK = timedelta(seconds=5)
MOMENTS = ("created", "created_at", "createdAt", "occurred_at", "occurredAt", "timestamp")
"""Members of a body that say when the event happened."""


def sending(contract: Contract) -> Subjects:
    """The API as a whole, where it sends webhooks."""
    return (None,) if contract.api.webhooks else ()


def signing(contract: Contract) -> Subjects:
    """The API as a whole, where it signs its webhooks."""
    return (None,) if any(each.signature for each in contract.api.webhooks) else ()


@must(
    "WHK-001",
    "Each event is told once to each who asked for it",
    sending,
    promises=PROMISES,
    needs=NEEDS,
)
def told_once(check: Check) -> None:
    """Each documented event is caused; a subscriber to all gets all, one to a kind gets that kind.

    What causes them is in `workflows.yaml`, at the steps with `x-delivers`.

    Source: the contract's `webhooks`.
    Passes: a published post → one `post.published` to each of two subscribers.
    Fails: none, or two; one subscriber only; `message.created` for a note.
    """
    found = told(check)
    wanted = Counter(found.expected)
    for webhook in check.contract.api.webhooks:
        if not wanted[webhook.name]:
            raise Untestable(f"No step of workflows.yaml delivers {webhook.name!r}.")
        for path in (ALL, ONLY + webhook.name):
            came = [
                one
                for one in found.received[path]
                if event_of(check.contract, one) in {webhook.name, ""}
            ]
            check.require(
                len(came) == wanted[webhook.name],
                f"{webhook.name} happened {wanted[webhook.name]} times; a subscriber was told of "
                f"it {len(came)} times.",
                evidence(came[-1]) if came else None,
            )


@must("WHK-002", "Nobody else is told", sending, promises=PROMISES, needs=NEEDS)
def nobody_else(check: Check) -> None:
    """A subscriber is told of its own tenant and of the events that it asked for.

    Source: the contract's `webhooks`; OWASP API1:2023.
    Passes: a post of acme → nothing for globex, nothing for a subscriber to `reply.received`.
    Fails: each subscriber gets each event.
    """
    found = told(check)
    foreign = found.received[OTHER]
    check.require(
        not foreign,
        "A subscriber of another tenant was told.",
        evidence(foreign[0]) if foreign else None,
    )
    for path, deliveries in found.received.items():
        for one in deliveries if path.startswith(ONLY) else ():
            event = event_of(check.contract, one)
            check.require(
                event in {path.removeprefix(ONLY), ""},
                f"A subscriber to {path.removeprefix(ONLY)} was told of {event}.",
                evidence(one),
            )


@must(
    "WHK-003",
    "A delivery is a POST of JSON to the registered URL",
    sending,
    promises=PROMISES,
    needs=NEEDS,
)
def posted(check: Check) -> None:
    """The method is POST, the URL is kept as registered, the body is strict JSON and says so.

    Source: the contract's `webhooks`; RFC 8259 §8.1.
    Passes: `POST /hook?subscriber=1&then=%2F` with `Content-Type: application/json`.
    Fails: PUT; the query is cut off or decoded; a form; `NaN`; a BOM.
    """
    for path, one in _deliveries(check):
        check.require(one.method == "POST", f"The method is {one.method}.", evidence(one))
        check.require(
            one.target == path + QUERY,
            f"{path + QUERY} was registered, and {one.target} was sent to.",
            evidence(one),
        )
        webhook = webhook_of(check.contract, one)
        types = {media.type.lower() for media in webhook.body.media} if webhook else set()
        check.require(
            not types or media_type_of(one) in types,
            f"The Content-Type is {one.header('content-type')!r}.",
            evidence(one),
        )
        try:
            Answer(200, (), one.body).json()
        except (ValueError, RecursionError) as error:
            raise Violation(f"The body is not JSON: {error}.", evidence(one)) from error


@must(
    "WHK-004",
    "The signature is that of the bytes under the subscriber's secret",
    signing,
    promises=PROMISES,
    needs=NEEDS,
)
def signed(check: Check) -> None:
    """The signature is computed from what came, to the byte, and compared to the character.

    A subscription signs with its own secret, also where another tenant, or the same one, has
    another with its URL and events. That there may be two such is not asked for.

    Source: the contract's `x-fern-webhook-signature`; RFC 2104; Standard Webhooks.
    Passes: `sha256=` and the hex HMAC-SHA256 of the raw body.
    Fails: of the body as another serialiser writes it; under another subscriber's secret, or
    that of another subscription with its URL; base64 where hex is documented; no prefix.
    """
    found, signature = told(check), signature_of(check.contract)
    for path, one in _deliveries(check):
        secret = found.secrets[path]
        check.require(
            is_signed(one, signature, secret),
            f"{signature.header} is {', '.join(one.all(signature.header))!r}, and should be "
            f"{expected_signature(one, signature, secret)!r}.",
            evidence(one),
        )
    check.require(
        len(set(found.secrets.values())) == len(found.secrets),
        "Two subscriptions have the same secret.",
    )
    if any(webhook.retries for webhook in check.contract.api.webhooks):
        _require_own_secrets(check)


def _require_own_secrets(check: Check) -> None:
    """Of subscriptions of one URL that are each told, each is told under its own secret."""
    found, signature = attempts(check), signature_of(check.contract)
    came, secrets = found.received[SHARED], set(found.sharing)
    for one in came:
        check.require(
            any(is_signed(one, signature, secret) for secret in secrets),
            "A delivery to a URL of several subscriptions is signed under the secret of none.",
            evidence(one),
        )
    for secret in secrets if len(came) == len(secrets) else ():
        check.require(
            any(is_signed(one, signature, secret) for one in came),
            "Of several subscriptions of one URL, one is told under the secret of another.",
            evidence(came[-1]),
        )


@must(
    "WHK-005",
    "A delivery has its documented headers, and they are true",
    sending,
    promises=PROMISES,
    needs=NEEDS,
)
def headers(check: Check) -> None:
    """Each documented header is there once and fits its schema; the event is that of the body.

    Source: the parameters of the contract's `webhooks`.
    Passes: `X-Aloha-Event: post.failed` on a body whose `event` is `post.failed`.
    Fails: `X-Aloha-Event` is absent, or the name of another event.
    """
    names = {webhook.name for webhook in check.contract.api.webhooks}
    for _, one in _deliveries(check):
        problem = header_problem(check.contract, one)
        check.require(not problem, f"{problem}.", evidence(one))
        said = {value for _, value in one.headers if value in names}
        event = event_of(check.contract, one)
        check.require(
            said <= {event}, f"A header says {said}, and the body {event!r}.", evidence(one)
        )


@must("WHK-006", "A delivery's body is as documented", sending, promises=PROMISES, needs=NEEDS)
def documented_body(check: Check) -> None:
    """The body fits the schema of the webhook that it is.

    Source: the `requestBody` of the contract's `webhooks`.
    Passes: `{"id": "evt_…", "event": "post.published", "created": 1776245403, "data": {…}}`.
    Fails: no `data`; `created` as text; the data of another event.
    """
    for _, one in _deliveries(check):
        problem = body_problem(check.contract, one)
        check.require(not problem, f"The body does not fit: {problem}.", evidence(one))


@must("WHK-007", "Ids tell events apart", sending, promises=PROMISES, needs=NEEDS)
def own_ids(check: Check) -> None:
    """Each event has an id of its own, so that a receiver can drop what it has seen.

    Source: the contract's `webhooks`; Standard Webhooks, on idempotency.
    Passes: two posts, two channels each → four ids.
    Fails: the id is absent, that of the post, or the same for each channel.
    """
    seen: set[str] = set()
    for one in told(check).received[ALL]:
        found = id_of(check.contract, one)
        check.require(found, "The event has no id.", evidence(one))
        check.require(
            found not in seen, f"The id {found!r} is that of an earlier event.", evidence(one)
        )
        seen.add(found)


@must("WHK-008", "A delivery says when, by the clock", sending, promises=PROMISES, needs=NEEDS)
def true_times(check: Check) -> None:
    """The time of the event, and that of the attempt where it is documented, are the clock's.

    Each event is of the time around the step that caused it: that of the step before is allowed
    for, and that of the one after where the event did not arrive before that. What is told of as
    time passes had not happened while one listened and nothing came.

    Source: the contract's `webhooks` and `x-fern-webhook-signature` (`timestamp`).
    Passes: `created` within seconds of the event, in the documented unit.
    Fails: milliseconds for seconds; local time; the time at which the subscription was made, at
    which a post is due, or at which what is done only later was asked for.
    """
    found, tried = told(check), attempts(check)
    for _, one in _deliveries(check):
        _require_time(check, one, found.began, found.ended)
    times = (found.began, found.began, *(each.now for each in found.moments), found.ended)
    for number, came in enumerate(_of_steps(found)):
        moment = found.moments[number]
        for one in came:
            ended = moment.now if moment.arrived else times[number + 3]
            _require_time(check, one, times[number], ended)
    try:
        _require_after_silence(check, found)
    except Violation:
        _require_after_silence(check, told_at_leisure(check))
    for one in tried.received[FAILS][:1]:
        _require_time(check, one, tried.began, tried.caused)


@must("WHK-009", "No secret is told", signing, promises=PROMISES, needs=NEEDS)
def secrets_kept(check: Check) -> None:
    """A subscriber's secret is in no delivery, and in nothing that the control plane tells.

    Source: OWASP API3:2023.
    Passes: a delivery has the signature and not what it was made with.
    Fails: `X-Webhook-Secret`; the journal of deliveries lists secrets.
    """
    secrets = {s for each in (told(check), attempts(check)) for s in each.secrets.values()}
    controlled = told(check).controlled
    check.require(
        not any(secret in controlled for secret in secrets), "The control plane tells a secret."
    )
    for each in (told(check), attempts(check)):
        for one in (one for deliveries in each.received.values() for one in deliveries):
            text = repr((one.target, one.headers)) + one.body.decode("utf-8", "replace")
            check.require(
                not any(secret in text for secret in secrets),
                "A delivery has a secret in it.",
                evidence(one),
            )


def _deliveries(check: Check) -> Iterator[tuple[str, Received]]:
    """What the tenant's subscribers got; raises Violation where that is nothing."""
    found = told(check).ours
    if not found:
        raise Violation("Nothing was delivered.")
    yield from found


def _of_steps(found: Told) -> Iterator[tuple[Received, ...]]:
    """What each step that delivers led to; nothing where not all came."""
    came, first = found.received[ALL], 0
    for moment in found.moments if len(came) == len(found.expected) else ():
        yield came[first : moment.until]
        first = moment.until


def _require_after_silence(check: Check, found: Told) -> None:
    for moment, came in zip(found.moments, _of_steps(found), strict=False):
        for one in came:
            _require_time(check, one, moment.silent or found.began, found.ended)


def _require_time(check: Check, one: Received, began: datetime, ended: datetime) -> None:
    webhook = webhook_of(check.contract, one)
    header = webhook.signature.timestamp_header if webhook and webhook.signature else ""
    said = {header: one.header(header)} if header else {}
    said |= {name: value for name, value in body_of(one).items() if name in MOMENTS}
    for name, value in said.items():
        moment = _moment(value)
        check.require(
            moment is not None and began - SLACK <= moment <= ended + SLACK,
            f"{name} is {value!r}, and the clock said {began:%Y-%m-%dT%H:%M:%SZ} to "
            f"{ended:%Y-%m-%dT%H:%M:%SZ}.",
            evidence(one),
        )


def _moment(value: Any) -> datetime | None:
    """A time as deliveries have it: seconds of Unix time, or ISO 8601; None for anything else."""
    try:
        if isinstance(value, str) and not value.isdigit():
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else None
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
