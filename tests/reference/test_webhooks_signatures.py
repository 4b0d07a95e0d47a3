"""Signatures, as receivers verify them: with the generated clients, and by the book."""

import base64
import hashlib
import hmac
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from reference.webhooks.signatures import (
    check_standard_secret,
    check_text_secret,
    new_standard_secret,
    new_text_secret,
)
from tests.reference.deliveries import EVENT, SECRETS, Deliveries, delivering
from tests.reference.receiver import answering, receiving

GENERATED = Path(__file__).parents[2] / "generated"
BODY = '{"id": "evt_0",  "event": "é"}'.encode()


@pytest.fixture
def deliveries() -> Iterator[Deliveries]:
    """Workers whose clock stands still."""
    with delivering() as made:
        made.clock.freeze()
        yield made


def test_aloha_signs_the_raw_body_in_hexadecimal(deliveries: Deliveries) -> None:
    """ALOHA-12."""
    with receiving(answering(500, 200)) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(BODY)
        deliveries.settle()
        deliveries.advance(60)
        deliveries.settle()
    digest = hmac.new(SECRETS["aloha"].encode(), BODY, hashlib.sha256).hexdigest()
    for one in receiver.received:
        assert one.headers["X-Aloha-Signature"] == f"sha256={digest}"
        assert one.headers["X-Aloha-Event"] == EVENT
        assert one.headers["Content-Type"] == "application/json"
    assert len(receiver.received) == 2


def test_leadiosa_signs_id_timestamp_and_body_anew_on_each_attempt(deliveries: Deliveries) -> None:
    """LEAD-17."""
    moments = []
    with receiving(answering(500, 200)) as receiver:
        deliveries.subscribe(receiver.url, api="leadiosa")
        deliveries.put(BODY, api="leadiosa")
        deliveries.settle()
        moments.append(int(deliveries.clock.now().timestamp()))
        deliveries.advance(60)
        deliveries.settle()
        moments.append(int(deliveries.clock.now().timestamp()))
    key = base64.b64decode(SECRETS["leadiosa"].removeprefix("whsec_"))
    for one, moment in zip(receiver.received, moments, strict=True):
        assert one.headers["webhook-id"] == "evt_0"
        assert one.headers["webhook-timestamp"] == str(moment)
        signed = b"evt_0." + str(moment).encode() + b"." + BODY
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert one.headers["webhook-signature"] == f"v1,{digest}"


@pytest.mark.parametrize("api", ["aloha", "leadiosa"])
def test_the_generated_client_verifies_what_is_sent(
    deliveries: Deliveries, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ALOHA-12, LEAD-17."""
    webhooks = _generated(api, monkeypatch)
    body = {
        "aloha": b'{"id": "evt_0", "event": "post.published", "created": 1776067331,'
        b' "data": {"postId": "post_1", "channel": "instagram"}}',
        "leadiosa": b'{"type": "conversation.created", "timestamp": "2026-05-12T07:28:25.901Z",'
        b' "data": {"conversation_id": "conv_1", "contact_id": "cont_1"}}',
    }[api]
    with receiving() as receiver:
        deliveries.subscribe(receiver.url, api=api)
        deliveries.put(body, api=api)
        deliveries.settle()
    (one,) = receiver.received
    now = deliveries.clock.now().timestamp()
    event = webhooks.verify(one.body, one.headers, secret=SECRETS[api], now=now)
    assert type(event).__name__ in {"PostPublishedEvent", "ConversationCreatedEvent"}
    with pytest.raises(webhooks.WebhookError):
        webhooks.verify(one.body + b" ", one.headers, secret=SECRETS[api], now=now)


def _generated(api: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    folder = GENERATED / api / "python"
    monkeypatch.syspath_prepend(str(folder))
    module = __import__(f"{api}.webhooks", fromlist=["verify"])
    errors = __import__(f"{api}.errors", fromlist=["WebhookError"])
    monkeypatch.setattr(module, "WebhookError", errors.WebhookError, raising=False)
    assert api in sys.modules
    return module


def test_new_secrets_are_good_and_never_the_same() -> None:
    made = {new_text_secret() for _ in range(100)}
    standard = {new_standard_secret() for _ in range(100)}
    assert len(made) == len(standard) == 100
    for secret in made:
        check_text_secret(secret)
    for secret in standard:
        check_standard_secret(secret)


@pytest.mark.parametrize(
    "secret", ["", "x" * 257, "a\nb", "whsec_TGVhZGlvc2EgZXhhbXBsZSBzZWNyZXQh"]
)
def test_what_no_plain_secret_is(secret: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        check_text_secret(secret)
    assert secret == "" or secret not in str(refusal.value)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_***",
        "TGVhZGlvc2EgZXhhbXBsZSBzZWNyZXQh",
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        "whsec_é",
    ],
)
def test_what_no_secret_of_standard_webhooks_is(secret: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        check_standard_secret(secret)
    assert secret in {"", "whsec_"} or secret not in str(refusal.value)
