"""Webhooks: proved before they are read, by the scheme that the contract declares."""

from __future__ import annotations

import email
import hashlib
import hmac
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
import starlette.datastructures

from generator.targets.python.runtime.errors import (
    ArgumentError,
    MissingCredentialsError,
    WebhookError,
)
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
    verify(signature, BODY, headers, [OLD, NEW], now=1614265330 - 300)
    listed = headers[signature.header.upper()]
    verify(
        signature, BODY, {**headers, signature.header.upper(): f"v0,x {listed}"}, OLD, 1614265330
    )


SHAPES: dict[str, Any] = {
    "mapping": dict,
    "pairs": lambda headers: list(headers.items()),
    "bytes, as ASGI has them": lambda headers: [
        (name.lower().encode(), value.encode()) for name, value in headers.items()
    ],
    "lists, as gateways have them": lambda headers: {k.title(): [v] for k, v in headers.items()},
    "httpx2": httpx2.Headers,
    "starlette": starlette.datastructures.Headers,
    "http.server": lambda headers: email.message_from_string(
        "".join(f"{name}: {value}\n" for name, value in headers.items())
    ),
}


@pytest.mark.parametrize("signature", [STANDARD, PLAIN])
@pytest.mark.parametrize("shape", SHAPES)
def test_headers_may_have_any_shape(signature: Signature, shape: str) -> None:
    headers = SHAPES[shape](sign(signature, BODY, OLD, **SENT))
    verify(signature, BODY, headers, OLD, now=SENT["timestamp"])
    with pytest.raises(WebhookError, match="not made with this secret"):
        verify(signature, BODY + b" ", headers, OLD, now=SENT["timestamp"])


@pytest.mark.parametrize(
    ("change", "now", "what"),
    [
        ({"body": BODY + b" "}, 0, "not made with this secret for this body"),
        ({"body": b""}, 0, "not made with this secret for this body"),
        ({"secrets": NEW}, 0, "not made with this secret"),
        ({"secrets": [NEW, "whsec_bmV3Mg=="]}, 0, "not made with this secret"),
        ({"headers": {}}, 0, "has no header webhook-signature"),
        ({}, 301, "within 300 seconds"),
        ({}, -301, "within 300 seconds"),
    ],
)
def test_what_was_not_is_refused(change: dict[str, Any], now: int, what: str) -> None:
    made = {"body": BODY, "headers": sign(STANDARD, BODY, OLD, **SENT), "secrets": OLD}
    with pytest.raises(WebhookError, match=what):
        verify(STANDARD, **{**made, **change}, now=SENT["timestamp"] + now)


HEX = "0" * 64
DAMAGED = [
    (PLAIN, "X-Signature", HEX, "does not begin with 'sha256='"),
    (PLAIN, "X-Signature", "sha256=", "is 0 bytes long, not 32"),
    (PLAIN, "X-Signature", f"sha256={HEX[:-2]}", "is 31 bytes long, not 32"),
    (PLAIN, "X-Signature", f"sha256={HEX[:-1]}", "is not hex"),
    (PLAIN, "X-Signature", f"sha256={HEX[:-2]}zz", "is not hex"),
    (PLAIN, "X-Signature", f"sha256={HEX}, sha256={HEX}", "is not hex"),
    (PLAIN, "X-Signature", "sha256=é", "not ASCII"),
    (PLAIN, "X-Signature", " ", "has no header X-Signature"),
    (STANDARD, "webhook-signature", "v1,####", "is not base64"),
    (STANDARD, "webhook-signature", "v1,QQ==", "is 1 bytes long, not 32"),
    (STANDARD, "webhook-signature", "v2,QQ==", "does not begin with 'v1,'"),
    (STANDARD, "webhook-id", "", "has no header webhook-id"),
    (STANDARD, "webhook-id", "m\udc80", "not ASCII"),
    (STANDARD, "webhook-timestamp", "", "has no header webhook-timestamp"),
    (STANDARD, "webhook-timestamp", "-1", "is not a Unix time"),
    (STANDARD, "webhook-timestamp", "9" * 5000, "is not a Unix time"),
    (STANDARD, "webhook-timestamp", "\u0661", "not ASCII"),
    (STANDARD, "webhook-timestamp", "1e9", "is not a Unix time"),
]


@pytest.mark.parametrize(("signature", "header", "value", "what"), DAMAGED)
def test_a_damaged_header_is_told(signature: Signature, header: str, value: str, what: str) -> None:
    headers = {**sign(signature, BODY, OLD, **SENT), header: value}
    with pytest.raises(WebhookError, match=what) as caught:
        verify(signature, BODY, headers, OLD, now=SENT["timestamp"])
    assert OLD not in repr(caught.value)


@pytest.mark.parametrize(
    ("signature", "header"),
    [
        (PLAIN, "X-Signature"),
        (STANDARD, "webhook-signature"),
        (STANDARD, "webhook-id"),
        (STANDARD, "webhook-timestamp"),
    ],
)
def test_a_header_that_is_there_twice_is_refused(signature: Signature, header: str) -> None:
    headers = sign(signature, BODY, OLD, **SENT)
    twice = [*headers.items(), (header.upper(), headers[header])]
    with pytest.raises(WebhookError, match=f"has the header {header} 2 times"):
        verify(signature, BODY, twice, OLD, now=SENT["timestamp"])


def test_a_timestamp_cannot_be_changed() -> None:
    headers = {**sign(STANDARD, BODY, OLD, **SENT), "webhook-timestamp": "1999999999"}
    with pytest.raises(WebhookError, match="not made"):
        verify(STANDARD, BODY, headers, OLD, now=1999999999)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "b2xk"])
def test_a_secret_that_is_none_is_the_callers_fault(secret: str) -> None:
    with pytest.raises(ArgumentError, match="secret"):
        sign(STANDARD, BODY, secret, **SENT)
    with pytest.raises(ArgumentError, match="secret"):
        verify(STANDARD, BODY, {}, [OLD, secret])


def test_no_secret_proves_nothing() -> None:
    headers = sign(PLAIN, BODY, OLD, **SENT)
    with pytest.raises(MissingCredentialsError, match="no secret"):
        verify(PLAIN, BODY, headers, [])


def test_a_package_reads_its_events(webhooks: ModuleType) -> None:
    digest = hmac.new(b"key", BODY, hashlib.sha256).hexdigest()
    headers = {"X-Menagerie-Signature": f"sha256={digest}"}
    assert webhooks.sign(BODY, secret="key") == headers  # noqa: S106  of a test
    event = webhooks.verify(BODY, headers, secret=["other", "key"])
    assert (type(event).__name__, event.name) == ("AnimalBorn", "Tom")
    with pytest.raises(Exception, match="not made with this secret"):
        webhooks.verify(BODY, headers, secret="other")  # noqa: S106  of a test
    unknown = webhooks.parse(b'{"event": "animal.slept", "hours": 9}')
    assert isinstance(unknown, webhooks.UnknownEvent)
    assert unknown.value == {"event": "animal.slept", "hours": 9}
    with pytest.raises(Exception, match="not as documented"):
        webhooks.parse(b"{")


class Menagerie:
    """The package's clients, made with what the test gives them."""

    def __init__(self, module: ModuleType) -> None:
        package = importlib.import_module(module.__package__ or "")
        self.flavours = (package.Menagerie, package.AsyncMenagerie)

    def clients(self, **arguments: Any) -> list[Any]:
        return [flavour(key="k", **arguments) for flavour in self.flavours]


def test_a_client_checks_with_its_own_secrets(
    webhooks: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    menagerie = Menagerie(webhooks)
    monkeypatch.delenv("MENAGERIE_WEBHOOK_SECRET", raising=False)
    first, second = "new", "old"
    headers = webhooks.sign(BODY, secret=second)
    for client in menagerie.clients(webhook_secret=[first, second]):
        for _ in range(2):
            assert client.webhooks.verify(BODY, headers).name == "Tom"
        assert client.with_options(timeout=1).webhooks.verify(BODY, headers).name == "Tom"
        assert client.webhooks.sign(BODY) == webhooks.sign(BODY, secret=first)
        with pytest.raises(Exception, match="not made with this secret"):
            client.webhooks.verify(BODY, headers, secret=first)
        assert second not in repr(client) + repr(client._caller)
    for client in menagerie.clients():
        with pytest.raises(Exception, match=r"webhook_secret=… .* MENAGERIE_WEBHOOK_SECRET"):
            client.webhooks.verify(BODY, headers)
    monkeypatch.setenv("MENAGERIE_WEBHOOK_SECRET", second)
    for client in menagerie.clients():
        assert client.webhooks.verify(BODY, headers).name == "Tom"
