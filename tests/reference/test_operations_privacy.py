"""What the logs say at their loudest: nothing that a request said."""

import json
import signal
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.reference.wire import PATIENCE, PROGRAM, Wire, control, serving

CRASHING = f"""
from reference.haleai.handlers import Contacts

async def crash(self, request, contact_id):
    try:
        raise KeyError(dict(request.headers))
    except KeyError as error:
        raise RuntimeError(contact_id) from error

Contacts.get_contact = crash
{PROGRAM}
"""
EMAIL = "ada.lovelace@example.com"
WORDS = "my-diagnosis-is-gout"
TELLING = (
    EMAIL,
    EMAIL.replace("@", "%40"),
    "ada.lovelace",
    WORDS,
    "given-token",
    "Zm9yZ2VkLXRva2Vu",
)
"""What is sent, somewhere in a request; whatever of it shows in a log is one too many."""
APIS = {
    "haleai": ("/contacts", {}),
    "haloagents": ("/chat", {"message": WORDS, "user_id": EMAIL, "conversation_id": WORDS}),
    "aloha": ("/v1/posts", {"body": WORDS, "channels": [EMAIL], "text": WORDS}),
    "leadiosa": ("/conversations", {"contact": {"email": EMAIL}, "subject": WORDS}),
}


def _requests(base: str, path: str, body: object, key: str) -> Iterator[tuple[str, str, Any]]:
    """Requests with something telling in every place that there is."""
    good = {"Authorization": f"Bearer {key}"}
    said = json.dumps(body)
    for headers in (good, {"Authorization": f"Bearer {WORDS}"}, {"Authorization": EMAIL}):
        yield "GET", base + path, {"headers": headers}
        yield "GET", f"{base}{path}/{EMAIL}", {"headers": headers}
        yield "DELETE", f"{base}{path}/{WORDS}", {"headers": headers}
        yield "GET", f"{base}/{EMAIL}/{WORDS}", {"headers": headers}
        yield "GET", base + path, {"headers": headers, "params": {EMAIL: WORDS, "cursor": WORDS}}
        for kind in ("application/json", "text/plain", WORDS):
            sent = {**headers, "Content-Type": kind, "Cookie": f"session={WORDS}", "X-Name": EMAIL}
            yield "POST", base + path, {"headers": sent, "content": said}
            yield "POST", base + path, {"headers": sent, "content": said[:-3]}
            yield "POST", base + path, {"headers": sent, "content": f'["{EMAIL}"]'}
    yield WORDS.upper(), base + path, {"headers": good}


@pytest.fixture(scope="module")
def logged() -> list[dict[str, Any]]:
    """The log, at its loudest, of all APIs that were told such things."""
    environment = {"FOURFOLD_CONTROL_TOKEN": "given-token", "FOURFOLD_LOG_LEVEL": "debug"}
    keys = []
    with serving(environment, CRASHING, apis=list(APIS)) as (process, ready):
        with httpx2.Client(base_url=ready["url"], timeout=PATIENCE) as client:
            for api, (path, body) in APIS.items():
                key = control(ready, "given-token", "keys", api=api, tenant="acme")["key"]
                keys.append(key)
                for method, url, options in _requests(ready["apis"][api], path, body, key):
                    client.request(method, url, **options)
            client.post("/_control/keys", content=EMAIL, headers={"Authorization": WORDS})
            control(ready, "given-token", "clock", advance=1)
            client.get(f"{ready['apis']['haleai']}/contacts/{EMAIL}", headers=_bearer(keys[0]))
        for start in (b"GET /%b" % EMAIL.encode(), EMAIL.encode() + b"\r\n\r\n", b"\0" * 9):
            with Wire(ready) as wire:
                wire.send(start + b" HTTP/9.9\r\n" + WORDS.encode() + b"\r\n\r\n")
                wire.answer()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE)
    for telling in (*TELLING, *keys):
        assert telling not in log
    return [json.loads(line) for line in log.splitlines()]


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_no_word_of_a_request_is_logged(logged: list[dict[str, Any]]) -> None:
    answered = [line for line in logged if line["event"] == "answered"]
    assert {line["api"] for line in answered} == {*APIS}
    assert {line["status"] for line in answered} >= {200, 400, 401, 404, 405, 500}


def test_each_line_about_a_request_has_its_id(logged: list[dict[str, Any]]) -> None:
    failures = [line for line in logged if line["level"] == "error"]
    assert failures
    assert all(line["request_id"].startswith("req_") for line in logged)


def test_a_crash_is_logged_with_its_causes_and_places(logged: list[dict[str, Any]]) -> None:
    crashes = [line["exception"] for line in logged if line["event"] == "handler_failed"]
    assert crashes
    assert all("RuntimeError" in crash and "KeyError" in crash for crash in crashes)
    assert all("endpoint.py" in crash for crash in crashes)
