"""OAuth as an app and its user meet it: asking, deciding, exchanging (RFC 6749 §4.1, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

from conformance.rule import Check, Need, Untestable, Violation
from conformance.vocabulary import house, is_safe

if TYPE_CHECKING:
    from conformance.contract import Contract
    from conformance.control import Control
    from conformance.exchange import Exchange, Pairs
    from conformance.session import Session
    from generator.model import Operation

CALLBACK = "https://partner.example/callback"
SECOND_CALLBACK = "https://partner.example/second"
STATE = "af0ifjsldkj"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
BACK = frozenset({302, 303})
"""How a browser is sent back: not with 307 or 308, which repeat a form (RFC 9700 §4.12)."""

Change = str | None
"""The value of a parameter in place of the good one; None leaves it out."""


@dataclass(frozen=True, slots=True)
class Flow:
    """An authorization code flow whose endpoints are operations of the contract.

    `scheme` is the security scheme that it belongs to, `idle` after how many seconds without a
    refresh a grant ends; None where the contract does not say.
    """

    scheme: str
    scopes: tuple[str, ...]
    authorize: Operation
    token: Operation
    refreshes: bool
    idle: int | None


def flow_of(contract: Contract) -> Flow | None:
    """The flow of a contract, where it has one."""
    for scheme in contract.api.security_schemes:
        for flow in scheme.flows:
            authorize = _endpoint(contract, flow.authorization_url)
            token = _endpoint(contract, flow.token_url)
            if flow.kind == "authorizationCode" and authorize and token:
                refreshes, scopes = bool(flow.refresh_url), tuple(flow.scopes)
                return Flow(scheme.name, scopes, authorize, token, refreshes, flow.idle)
    return None


def _endpoint(contract: Contract, url: str) -> Operation | None:
    path = urlsplit(url).path
    return next((op for op in contract.api.operations if path.endswith(op.path)), None)


def needed_scopes(flow: Flow, operation: Operation) -> tuple[frozenset[str], ...]:
    """The sets of scopes that each suffice for an operation; none where it takes no token."""
    return tuple(
        frozenset(requirement.schemes[flow.scheme])
        for requirement in operation.security
        if set(requirement.schemes) == {flow.scheme}
    )


def insufficient(flow: Flow, operation: Operation) -> Iterator[tuple[str, ...]]:
    """The largest sets of scopes that do not suffice for an operation."""
    for lacking in product(*needed_scopes(flow, operation)):
        yield tuple(scope for scope in flow.scopes if scope not in lacking)


def opened_by(contract: Contract) -> tuple[Operation, ...]:
    """Every operation that an access token opens."""
    flow = flow_of(contract)
    return tuple(op for op in house(contract) if needed_scopes(flow, op)) if flow else ()


@dataclass(frozen=True, slots=True)
class Code:
    """A code that a user granted, and what it was asked for with."""

    value: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave; `refresh` is empty where it gave none."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    exchange: Exchange = field(repr=False)

    @property
    def lifetime(self) -> int:
        """For how many seconds the access token is good; raises Untestable where it is not said."""
        seconds = self.exchange.json.get("expires_in")
        if not isinstance(seconds, int):
            raise Untestable("The token endpoint does not say for how long the token is good.")
        return seconds

    def scopes(self, asked: Sequence[str]) -> frozenset[str]:
        """What was granted; all that was asked for where it is not said (RFC 6749 §5.1)."""
        said = self.exchange.json.get("scope")
        return frozenset(said.split(" ") if isinstance(said, str) else asked)


@dataclass(frozen=True, slots=True)
class App:
    """A registered app, and the tenant whose user decides.

    `callback` is where it has the browser sent back to; `scopes` are all that it may ask for.
    """

    session: Session = field(repr=False)
    control: Control = field(repr=False)
    flow: Flow
    tenant: str
    client_id: str
    scopes: tuple[str, ...]
    secret: str = field(default="", repr=False)
    callback: str = CALLBACK

    def asking(self, challenge: str, /, **changed: Change) -> Pairs:
        """A good authorization request for all scopes, but for what is changed."""
        good: dict[str, Change] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "scope": " ".join(self.scopes),
            "state": STATE,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _sent({**good, **changed})

    def request(self, **changed: Change) -> Pairs:
        """A good authorization request with a verifier that nobody keeps."""
        return self.asking(challenge_of(new_verifier()), **changed)

    def authorize(self, request: Pairs) -> Exchange:
        """Where a browser gets to with an authorization request, before the user decides."""
        operation = self.flow.authorize
        return self.session.nobody().send(
            operation.method,
            operation.path,
            urlencode(request),
            headers=(("Accept", "text/html, */*"),),
            operation=operation.id,
        )

    def decide(self, request: Pairs, *, deny: bool = False, tenant: str = "") -> str:
        """Where the browser goes once a user has decided; empty where it goes nowhere."""
        base = self.session.target.base_url
        url = f"{base}{self.flow.authorize.path}?{urlencode(request)}"
        exchange = self.control.decide(tenant or self.tenant, url, deny=deny)
        if exchange.status != 200:
            return ""
        location = str(exchange.json["redirect_to"])
        for name, value in parse_qsl(urlsplit(location).query):
            if name == "code":
                self.session.client.redactor.learn(value)
        return location

    def code(self, *, tenant: str = "", verifier: str = "", **changed: Change) -> Code:
        """A code that a user granted.

        Raises Violation where none comes back.
        """
        proof = verifier or new_verifier()
        self.session.client.redactor.learn(proof)
        location = self.decide(self.asking(challenge_of(proof), **changed), tenant=tenant)
        answer = come_back(location, changed.get("redirect_uri") or self.callback)
        if not answer.get("code"):
            raise Violation("A user granted what was asked for, and no code came back.")
        return Code(answer["code"], proof)

    def redemption(self, code: Code, /, **changed: Change) -> Pairs:
        """A good token request for a code, but for what is changed."""
        good: dict[str, Change] = {
            "grant_type": "authorization_code",
            "code": code.value,
            "redirect_uri": self.callback,
            "code_verifier": code.verifier,
        }
        return _sent({**good, **self._identity(), **changed})

    def refreshment(self, token: str, /, **changed: Change) -> Pairs:
        """A good token request for a refresh token, but for what is changed."""
        good: dict[str, Change] = {"grant_type": "refresh_token", "refresh_token": token}
        return _sent({**good, **self._identity(), **changed})

    def post(
        self, form: Pairs, *headers: tuple[str, str], query: str = "", kind: str = FORM[1]
    ) -> Exchange:
        """Send a form to the token endpoint."""
        operation = self.flow.token
        exchange = self.session.nobody().send(
            operation.method,
            operation.path,
            query,
            headers=((FORM[0], kind), *headers),
            body=urlencode(form).encode(),
            operation=operation.id,
        )
        given = exchange.json
        for name in ("access_token", "refresh_token"):
            if isinstance(given, dict) and isinstance(given.get(name), str):
                self.session.client.redactor.learn(given[name])
        return exchange

    def redeem(self, code: Code, /, **changed: Change) -> Exchange:
        """Exchange a code."""
        return self.post(self.redemption(code, **changed))

    def refresh(self, token: str, /, **changed: Change) -> Exchange:
        """Exchange a refresh token."""
        return self.post(self.refreshment(token, **changed))

    def tokens(self, scopes: Sequence[str] = (), *, tenant: str = "") -> Tokens:
        """What a user granted, all scopes where none are named; raises Violation where nothing."""
        scope = " ".join(scopes or self.scopes)
        return tokens_of(self.redeem(self.code(tenant=tenant, scope=scope)))

    def opens(self, token: str) -> bool:
        """Whether a token is good: it opens what all scopes open; raises Violation where unclear.

        Raises Untestable where the contract has no read to try it on.
        """
        exchange = self.use(token, self.probe())
        if exchange.status != 401 and not is_success(exchange):
            raise Violation(f"A token is answered with {exchange.status}.", exchange)
        return exchange.status != 401

    def use(self, token: str, operation: Operation) -> Exchange:
        """Call an operation with a token."""
        return self.session.holding(token).call(operation, self.session.sample(operation))

    def probe(self) -> Operation:
        """A read that needs nothing but a token."""
        for operation in opened_by(self.session.contract):
            if is_safe(operation) and not operation.in_location("path"):
                return operation
        raise Untestable("The contract has no read that takes a token and no id.")

    def _identity(self) -> dict[str, Change]:
        return {"client_id": self.client_id, "client_secret": self.secret or None}


def app_of(check: Check) -> App:
    """The app that rules share: public, of a tenant of this run's own, with all scopes."""
    session = check.session
    return session.once("oauth app", lambda: register(check, session.new_tenant()))


def register(
    check: Check,
    tenant: str = "",
    *,
    name: str = "Conformance",
    redirect_uris: Sequence[str] = (CALLBACK, SECOND_CALLBACK),
    scopes: Sequence[str] = (),
    confidential: bool = False,
) -> App:
    """Another app, with all scopes where none are named; of the shared one's tenant as a rule."""
    session, flow = check.session, flow_of(check.contract)
    if session.control is None or flow is None:
        raise Untestable(session.missing(Need.OAUTH))
    asked = tuple(scopes) or flow.scopes
    owner = tenant or app_of(check).tenant
    client_id, secret = session.control.register(
        owner, redirect_uris, asked, name=name, confidential=confidential
    )
    return App(
        session, session.control, flow, owner, client_id, asked, secret, callback=redirect_uris[0]
    )


def without_identity(form: Pairs) -> Pairs:
    """A token request that does not say in its body who sends it."""
    return tuple((n, v) for n, v in form if n not in {"client_id", "client_secret"})


def basic(client_id: str, secret: str) -> tuple[str, str]:
    """HTTP Basic with both parts form-encoded before (RFC 6749 §2.3.1)."""
    text = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Authorization", "Basic " + base64.b64encode(text.encode()).decode()


def new_verifier() -> str:
    """A fresh code verifier of 43 characters."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_success(exchange: Exchange) -> bool:
    """Whether the answer is 2xx."""
    return 200 <= exchange.status < 300


def asks_the_user(exchange: Exchange, callback: str) -> bool:
    """Whether a browser gets to a page to decide on, at once or after signing in elsewhere."""
    location = exchange.answer.header("location") or ""
    signs_in = exchange.status in BACK and not location.startswith(callback)
    return is_success(exchange) or signs_in


def come_back(location: str, callback: str, exchange: Exchange | None = None) -> dict[str, str]:
    """What a redirect adds to the query of the callback.

    Raises Violation where it goes elsewhere, says something twice, or says it in the fragment.
    """
    separator = "&" if urlsplit(callback).query else "?"
    if not location.startswith(callback + separator):
        raise Violation(f"The browser is sent to {location!r}, not to {callback}.", exchange)
    added = location.removeprefix(callback + separator)
    pairs = parse_qsl(added, keep_blank_values=True)
    if "#" in added or len(dict(pairs)) != len(pairs):
        raise Violation("The redirect has a fragment, or says something twice.", exchange)
    return dict(pairs)


def tokens_of(exchange: Exchange, what: str = "A good token request") -> Tokens:
    """The tokens in an answer; raises Violation where there are none."""
    given = exchange.json
    if exchange.status != 200 or not isinstance(given, dict) or not _text(given, "access_token"):
        raise Violation(f"{what} is answered with {exchange.status} and no token.", exchange)
    return Tokens(_text(given, "access_token"), _text(given, "refresh_token"), exchange)


def may_be_stored(exchange: Exchange) -> bool:
    """Whether a cache may keep an answer.

    What is no success is not kept unless it says so (RFC 9111 §3, RFC 9110 §15.1).
    """
    said = (exchange.answer.header("cache-control") or "").lower()
    if is_success(exchange):
        return "no-store" not in said
    return "max-age" in said or "public" in said or exchange.answer.header("expires") is not None


def error_of(exchange: Exchange) -> str:
    """The code of a refusal (RFC 6749 §5.2); empty where there is none."""
    said = exchange.json
    return _text(said, "error") if isinstance(said, dict) else ""


def require_denial(exchange: Exchange, what: str) -> None:
    """Raise Violation unless a token request is refused, whatever the code."""
    if exchange.status not in range(400, 500) or b"access_token" in exchange.answer.body:
        raise Violation(f"{what} is answered with {exchange.status}.", exchange)


def require_error(check: Check, exchange: Exchange, what: str, *codes: str) -> None:
    """Raise Violation unless a token request is refused with one of these codes.

    The status is one that the contract lists such a code under, else 400, or 401 for an unknown
    client (RFC 6749 §5.2).
    """
    require_denial(exchange, what)
    found = error_of(exchange)
    check.require(found in codes, f"{what} is refused as {found!r}, not {_any(codes)}.", exchange)
    responses = check.operation.responses
    usual = {"400", "401"} if found == "invalid_client" else {"400"}
    listed = {r.status for r in responses if found in r.error_codes} or usual
    check.require(
        str(exchange.status) in listed,
        f"{what} is {found}, which comes with {_any(sorted(listed))}, not {exchange.status}.",
        exchange,
    )


def require_nowhere(app: App, request: Pairs, what: str) -> None:
    """Raise Violation unless an authorization request is refused without sending anybody away."""
    exchange = app.authorize(request)
    if exchange.status not in range(400, 500):
        raise Violation(f"{what} is answered with {exchange.status}.", exchange)
    if exchange.answer.header("location") or exchange.answer.header("refresh"):
        raise Violation(f"{what} sends the browser away.", exchange)
    if app.decide(request):
        raise Violation(f"{what} sends the browser away once the user has decided.")


def require_sent_back(app: App, request: Pairs, what: str, *codes: str) -> None:
    """Raise Violation unless the app is told of an error at its callback, and gets no code."""
    exchange = app.authorize(request)
    if exchange.status not in BACK:
        raise Violation(f"{what} is answered with {exchange.status}, not 302.", exchange)
    answer = come_back(exchange.answer.header("location") or "", app.callback, exchange)
    found = answer.get("error", "")
    if found not in codes:
        raise Violation(f"{what} is told as {found!r}, not {_any(codes)}.", exchange)
    require_no_code(app, request, what)


def require_no_code(app: App, request: Pairs, what: str) -> None:
    """Raise Violation where a user who agrees gives a code or a token away."""
    location = app.decide(request)
    if "code=" in location or "token=" in location:
        raise Violation(f"{what} gives a code once the user has agreed.")


def with_secret(app: App, secret: str) -> App:
    """The same app, that sends this secret."""
    return replace(app, secret=secret)


def _sent(parameters: dict[str, Change]) -> Pairs:
    return tuple((name, value) for name, value in parameters.items() if value is not None)


def _text(said: dict[str, object], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _any(words: Sequence[str]) -> str:
    return " or ".join(words)
