"""HaloAgents, and what else a page may want, in a real Chromium and across origins.

`FOURFOLD_SCREENSHOT` names a file for a picture of the page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conformance.chromium import chromium, installed
from tests.node_tools import program
from tests.typescript_client.browser.page_server import serving
from tests.typescript_client.packages import STRICT, ran
from tests.vectors.reference_server import Reference

pytestmark = pytest.mark.xdist_group("chromium")
SOURCE = Path(__file__).parent
LONG = 60
"""Seconds that an agent pauses: nobody waits for the second piece of its reply."""
SECONDS_TO_NOTICE = 30


@dataclass(frozen=True)
class Seen:
    """What the page told, and what the browser did for it."""

    origin: str
    results: Mapping[str, Any]
    title: str
    events: list[Mapping[str, Any]]


@pytest.fixture(scope="module")
def page(project: Path) -> Path:
    """The folder of the page, with the built packages that it loads."""
    for name in ("page.ts", "worker.ts", "index.html"):
        (project / name).write_bytes((SOURCE / name).read_bytes())
    settings = {
        "compilerOptions": {**STRICT, "noEmit": False, "types": []},
        "files": ["page.ts", "worker.ts"],
    }
    (project / "tsconfig.page.json").write_text(json.dumps(settings))
    done = ran(program("typescript-newest/bin/tsc", "-p", "tsconfig.page.json"), project)
    assert done.returncode == 0, done.stdout
    return project


@pytest.fixture(scope="module")
def seen(
    page: Path, reference: Reference, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seen]:
    executable = installed()
    if executable is None:
        pytest.skip("Chromium is not installed: no page can be opened.")
    reference.ask("agents", {"org": "globex", "pause": LONG})
    settings = {
        "haloagents": reference.base_url("haloagents"),
        "haleai": reference.base_url("haleai"),
        "key": reference.key("haloagents")["key"],
        "slowKey": reference.key("haloagents", "globex")["key"],
        "aloha": aloha_delivery(),
        "leadiosa": leadiosa_delivery(),
    }
    (page / "settings.json").write_text(json.dumps(settings))
    profile = tmp_path_factory.mktemp("profile")
    with serving(page) as origin, chromium(executable, profile) as tab:
        tab.size(1100, 900)
        tab.open(f"{origin}/index.html")
        results = tab.value("told")
        if file := os.environ.get("FOURFOLD_SCREENSHOT"):
            tab.screenshot(Path(file))
        yield Seen(origin, results, tab.value("document.title"), list(tab.events))
    reference.ask("agents", {"org": "globex", "pause": 0})


def aloha_delivery() -> dict[str, Any]:
    """A webhook as Aloha signs it."""
    data = {"postId": "post_1", "channel": "größe"}
    body = json.dumps({"id": "evt_1", "event": "post.published", "created": 1, "data": data})
    digest = hmac.new(b"s3cret", body.encode(), hashlib.sha256).hexdigest()
    return {
        "body": body,
        "headers": {"x-aloha-signature": f"sha256={digest}"},
        "secret": "s3cret",
    }


def leadiosa_delivery() -> dict[str, Any]:
    """A webhook as Leadiosa signs it, of a kind that no version knows yet."""
    key, now = b"0123456789abcdef0123456789abcdef", int(time.time())
    body = json.dumps({"type": "contact.merged", "data": {}})
    signed = hmac.new(key, f"msg_1.{now}.{body}".encode(), hashlib.sha256).digest()
    return {
        "body": body,
        "headers": {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(now),
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        },
        "secret": f"whsec_{base64.b64encode(key).decode()}",
    }


def test_the_page_runs_to_its_end(seen: Seen) -> None:
    assert seen.title == "finished"
    assert not [each for each in seen.events if each["method"] == "Runtime.exceptionThrown"]


def test_a_call_crosses_origins_after_a_preflight(seen: Seen, reference: Reference) -> None:
    answer = seen.results["a call across origins"]
    assert answer["status"] == 200
    assert answer["user"]["email"] == "ada@example.com"
    asked = [
        each["params"]["request"]["method"]
        for each in seen.events
        if each["method"] == "Network.requestWillBeSent"
        and each["params"]["request"]["url"].startswith(reference.base_url("haloagents"))
    ]
    assert {"OPTIONS", "POST"} <= set(asked)
    assert not reference.url.startswith(seen.origin)


def test_a_page_reads_the_headers_that_it_may(seen: Seen) -> None:
    read = seen.results["headers that the page may read"]
    assert "content-type" in read["names"]
    assert "access-control-allow-origin" not in read["names"]
    assert (read["requestId"], read["rateLimit"]) == ("", None)


def test_a_reply_comes_piece_by_piece(seen: Seen) -> None:
    *deltas, done = seen.results["a reply as it is written"]
    assert {each["event"] for each in deltas} == {"delta"}
    assert len(deltas) > 1
    assert done["event"] == "done"
    assert done["data"]["reply"] == "".join(each["data"]["text"] for each in deltas)


def test_a_stream_that_is_left_ends_the_agent_s_work(seen: Seen, reference: Reference) -> None:
    assert seen.results["a stream left by break"] == {
        "event": "delta",
        "data": {"text": "Hello! What "},
    }
    left = seen.results["a stream left by AbortController"]
    assert left == {"events": 1, "error": "AbortError", "isReason": True}
    deadline = time.monotonic() + SECONDS_TO_NOTICE
    while (slow := slow_replies(reference)) != [(1, "cancelled")] * 2:
        assert time.monotonic() < deadline, slow
        time.sleep(0.1)


def slow_replies(reference: Reference) -> list[tuple[int, str]]:
    """How many pieces the slow agent said of each reply, and how it ended."""
    replies = reference.ask("replies")["replies"]
    return [(each["pieces"], each["outcome"]) for each in replies if each["org_id"] == "org_globex"]


def test_errors_have_their_types(seen: Seen) -> None:
    wrong, posted, barred = (
        seen.results[name]
        for name in ("a wrong key", "an error from a worker", "an API that pages may not call")
    )
    assert (wrong["name"], wrong["status"]) == ("AuthenticationError", 401)
    assert (posted["name"], posted["status"]) == ("NotFoundError", 404)
    assert barred["name"] == "APIConnectionError"
    assert "Failed to fetch" in barred["message"]
    assert wrong["isItsClass"]
    assert posted["isItsClass"]


def test_webhooks_are_proved_with_web_crypto(seen: Seen) -> None:
    assert seen.results["webhooks, proved"] == {
        "aloha": "post.published",
        "leadiosa": "contact.merged",
    }
    assert seen.results["a webhook, altered"]["name"] == "WebhookError"


def test_a_sign_in_has_its_challenge(seen: Seen) -> None:
    asked = seen.results["a sign-in with PKCE"]
    told = {name: value for name, [value] in parse_qs(urlsplit(asked["url"]).query).items()}
    digest = hashlib.sha256(asked["verifier"].encode()).digest()
    assert told["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert told["code_challenge_method"] == "S256"
    assert told["state"] == asked["state"]
    assert told["redirect_uri"] == f"{seen.origin}/callback"
