"""Webhooks: proved before they are read, by the scheme that the contract declares."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generator.targets.python.runtime.errors import WebhookError
from generator.targets.python.runtime.webhooks import Signature, sign, verify
from tests.python_client.packages import imported, write_package

STANDARD = Signature(
    "webhook-signature",
    encoding="base64",
    prefix="v1,",
    components=("message-id", "timestamp", "body"),
    delimiter=".",
    timestamp_header="webhook-timestamp",
    tolerance=300,
    secret_prefix="whsec_",  # noqa: S106  of a test
    key_encoding="base64",
)
PLAIN = Signature("X-Signature", prefix="sha256=")
BODY = b'{"event": "animal.born", "name": "Tom"}'
# The example of https://github.com/standard-webhooks/standard-webhooks, its id, time and secret.
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD, NEW = "whsec_b2xk", "whsec_bmV3"
SENT: Any = {"message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "timestamp": 1614265330}


@pytest.fixture(scope="module")
def webhooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    document = Path(__file__).with_name("menagerie.yaml")
    distribution = write_package(document, "menagerie", tmp_path_factory.mktemp("client"))
    with (
        imported(distribution, "menagerie"),
        imported(distribution, "menagerie.webhooks") as module,
    ):
        yield module


def test_the_published_example_of_standard_webhooks() -> None:
    headers = sign(STANDARD, b'{"test": 2432232314}', WHSEC, **SENT)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("signature", [STANDARD, PLAIN])
def test_what_was_signed_is_taken_under_any_of_several_secrets(signature: Signature) -> None:
    headers = {name.upper(): value for name, value in sign(signature, BODY, OLD, **SENT).items()}
    verify(signature, BODY, headers, OLD, now=1614265330 + 300)
    verify(signature, BODY, headers, [NEW, OLD], now=1614265330 - 300)
    listed = headers[signature.header.upper()]
    verify(
        signature, BODY, {**headers, signature.header.upper(): f"v1,x {listed}"}, OLD, 1614265330
    )


@pytest.mark.parametrize(
    ("change", "now", "what"),
    [
        ({"body": BODY + b" "}, 0, "not made with this secret"),
        ({"secrets": NEW}, 0, "not made with this secret"),
        ({"secrets": []}, 0, "not made with this secret"),
        ({"headers": {}}, 0, "no header"),
        ({}, 301, "within 300 seconds"),
        ({}, -301, "within 300 seconds"),
    ],
)
def test_what_was_not_is_refused(change: dict[str, Any], now: int, what: str) -> None:
    made = {"body": BODY, "headers": sign(STANDARD, BODY, OLD, **SENT), "secrets": OLD}
    with pytest.raises(WebhookError, match=what):
        verify(STANDARD, **{**made, **change}, now=SENT["timestamp"] + now)


def test_a_timestamp_cannot_be_changed() -> None:
    headers = {**sign(STANDARD, BODY, OLD, **SENT), "webhook-timestamp": "1999999999"}
    with pytest.raises(WebhookError, match="not made"):
        verify(STANDARD, BODY, headers, OLD, now=1999999999)


@pytest.mark.parametrize("secret", ["", "whsec_!", "b2xk"])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(WebhookError, match="secret"):
        sign(STANDARD, BODY, secret, **SENT)


def test_a_package_reads_its_events(webhooks: ModuleType) -> None:
    digest = hmac.new(b"key", BODY, hashlib.sha256).hexdigest()
    headers = {"X-Menagerie-Signature": f"sha256={digest}"}
    assert webhooks.sign(BODY, secret="key") == headers  # noqa: S106  of a test
    event = webhooks.verify(BODY, headers, secret=["other", "key"])
    assert (type(event).__name__, event.name) == ("AnimalBorn", "Tom")
    with pytest.raises(Exception, match="not made with this secret"):
        webhooks.verify(BODY, headers, secret="other")  # noqa: S106  of a test
    new = {"event": "animal.slept", "hours": 9}
    assert webhooks.parse(b'{"event": "animal.slept", "hours": 9}').value == new
    with pytest.raises(Exception, match="not as documented"):
        webhooks.parse(b"{")
