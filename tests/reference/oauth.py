"""Apps of partners, and what they do to get access: for the tests of OAuth."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2

from tests.reference.conftest import Running

CALLBACK = "https://partner.example/callback?from=aloha"
SCOPES = ("read", "write", "webhook:admin")
FORM = "application/x-www-form-urlencoded"


def new_verifier() -> str:
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def answer_of(location: str) -> dict[str, str]:
    """The parameters that a redirect adds to the callback."""
    assert location.startswith(f"{CALLBACK}&"), location
    return dict(parse_qsl(location.removeprefix(f"{CALLBACK}&"), strict_parsing=True))


def refusal(response: httpx2.Response) -> tuple[int, str]:
    """Status and code of a refusal of the two endpoints, which is as RFC 6749 has it."""
    body = response.json()
    assert body.keys() == {"error", "error_description"}
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    return response.status_code, body["error"]


@dataclass(frozen=True)
class App:
    """A registered app, and the server that it knows."""

    server: Running
    client_id: str
    secret: str | None = None

    def request(self, **changed: str | None) -> dict[str, str]:
        """A good authorization request, but for what is changed; None leaves out."""
        good: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "code_challenge": challenge_of("v" * 43),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def authorize(self, pairs: Any) -> httpx2.Response:
        return self.server.send("GET", "/oauth/authorize", None, params=pairs)

    def redirect(self, tenant: str = "acme", deny: bool = False, **changed: str | None) -> str:
        """Where the browser comes back to, once a user has decided."""
        url = f"https://api.example/oauth/authorize?{urlencode(self.request(**changed))}"
        body = {"api": "aloha", "tenant": tenant, "url": url, "deny": deny}
        return str(self.server.control("oauth/approve", body)["redirect_to"])

    def code(self, verifier: str = "v" * 43, tenant: str = "acme", scope: str = "read") -> str:
        location = self.redirect(tenant, code_challenge=challenge_of(verifier), scope=scope)
        return answer_of(location)["code"]

    def post(self, form: Any, authorization: str | None = None) -> httpx2.Response:
        """Send a form to the token endpoint as it is."""
        headers = {"Content-Type": FORM}
        if authorization is not None:
            headers["Authorization"] = authorization
        content = form if isinstance(form, bytes) else urlencode(form)
        return self.server.send("POST", "/oauth/token", None, headers=headers, content=content)

    def redemption(self, code: str, /, **changed: str | None) -> dict[str, str]:
        """A good form for a code, but for what is changed; None leaves out."""
        return self._form(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": CALLBACK,
                "code_verifier": "v" * 43,
            },
            changed,
        )

    def refreshment(self, token: str, /, **changed: str | None) -> dict[str, str]:
        """A good form for a refresh token, but for what is changed; None leaves out."""
        return self._form({"grant_type": "refresh_token", "refresh_token": token}, changed)

    def redeem(self, code: str, /, **changed: str | None) -> httpx2.Response:
        return self.post(self.redemption(code, **changed))

    def refresh(self, token: str, /, **changed: str | None) -> httpx2.Response:
        return self.post(self.refreshment(token, **changed))

    def tokens(self, tenant: str = "acme", scope: str = "read") -> dict[str, Any]:
        """What a user grants."""
        response = self.redeem(self.code(tenant=tenant, scope=scope))
        assert response.status_code == 200, response.text
        return dict(response.json())

    def works(self, access_token: str) -> bool:
        """Whether an access token opens the API."""
        response = self.server.get("/v1/posts", access_token)
        assert response.status_code in {200, 401}
        return response.status_code == 200

    def _form(self, good: Mapping[str, str | None], changed: Mapping[str, Any]) -> dict[str, str]:
        identity = {"client_id": self.client_id, "client_secret": self.secret}
        merged = {**good, **identity, **changed}
        return {name: value for name, value in merged.items() if value is not None}


def register(server: Running, **changed: Any) -> App:
    """An app of acme with all scopes, public but for what is changed."""
    body = {
        "api": "aloha",
        "tenant": "acme",
        "name": "Partner",
        "redirect_uris": [CALLBACK],
        "scopes": list(SCOPES),
    }
    made = server.control("oauth/clients", {**body, **changed})
    return App(server, made["client_id"], made.get("client_secret"))


def path_and_query(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.path, parts.query
