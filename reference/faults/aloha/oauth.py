"""Planted faults of OAuth."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import Connection, Update, update

from reference.aloha.events import API
from reference.aloha.oauth import PROFILE, OAuthEndpoints
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.security import SCOPES
from reference.faults.composition import answers, around
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.oauth.authorization_request import AuthorizationRequest
from reference.oauth.clients import Client
from reference.oauth.errors import AuthorizationError
from reference.oauth.opaque import digest
from reference.oauth.parameters import Pairs, Parameters
from reference.oauth.server import AuthorizationServer, Tokens
from reference.oauth.tables import access_tokens, codes, grants

AUTHORIZE, TOKEN = f"{BASE_PATH}/oauth/authorize", f"{BASE_PATH}/oauth/token"
_VERIFIER = "v" * 43
_DAY = timedelta(days=1) // timedelta(microseconds=1)

Apply = Callable[[Parts], Parts]


def _challenge_of(verifier: str) -> str:
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def _value(sent: Pairs, name: str) -> str:
    return next((value for known, value in sent if known == name), "")


def _with(sent: Pairs, **values: str) -> Pairs:
    return [*((k, v) for k, v in sent if k not in values), *values.items()]


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where the honest server is told something else than was sent, or tells something else."""

    read: Callable[[Pairs], Pairs] = lambda sent: sent
    asked: Callable[[AuthorizationRequest], AuthorizationRequest] = lambda asked: asked
    approved: Callable[[str, AuthorizationRequest], str] = lambda location, _: location
    issue: Callable[[Pairs], Pairs] = lambda sent: sent
    issued: Callable[[Pairs, Tokens], Tokens] = lambda _, tokens: tokens


class _Hooked(AuthorizationServer):
    """An authorization server with hooks."""

    def __init__(self, parts: Parts, hooks: Hooks) -> None:
        super().__init__(API, PROFILE, parts.platform.database, parts.platform.clock)
        self._hooks = hooks

    async def read_request(self, sent: Pairs) -> AuthorizationRequest:
        return self._hooks.asked(await super().read_request(self._hooks.read(sent)))

    async def approve(self, asked: AuthorizationRequest, tenant: str) -> str:
        return self._hooks.approved(await super().approve(asked, tenant), asked)

    async def issue(self, sent: Pairs, authorization: object) -> Tokens:
        tokens = await super().issue(self._hooks.issue(sent), authorization)  # type: ignore[arg-type] # passed on
        return self._hooks.issued(sent, tokens)


class _Prefixing(AuthorizationServer):
    """Takes every redirect URI that begins as a registered one does."""

    async def read_request(self, sent: Pairs) -> AuthorizationRequest:
        try:
            return await super().read_request(sent)
        except AuthorizationError:
            wanted = _value(sent, "redirect_uri")
            client = await self._find_client(_value(sent, "client_id"))
            for known in () if client is None else client.redirect_uris:
                if wanted.startswith(known):
                    asked = await super().read_request(_with(sent, redirect_uri=known))
                    return replace(asked, redirect_uri=wanted)
            raise


class _Trusting(AuthorizationServer):
    """Asks no client for its secret."""

    async def _authenticate(self, parameters: Parameters, authorization: object) -> Client:
        client = await self._find_client(parameters.get("client_id") or "")
        if client is None or authorization:
            return await super()._authenticate(parameters, authorization)  # type: ignore[arg-type] # passed on
        return client


class _Replaying(AuthorizationServer):
    """Answers a code that is presented again as it did before."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(API, PROFILE, parts.platform.database, parts.platform.clock)
        self._given: dict[str, Tokens] = {}

    async def issue(self, sent: Pairs, authorization: object) -> Tokens:
        code = _value(sent, "code")
        if code and code in self._given:
            return self._given[code]
        tokens = await super().issue(sent, authorization)  # type: ignore[arg-type] # passed on
        if code:
            self._given[code] = tokens
        return tokens


class _Stretching(AuthorizationServer):
    """Lets what it gives live for a day longer."""

    def __init__(self, parts: Parts, *, is_code: bool) -> None:
        super().__init__(API, PROFILE, parts.platform.database, parts.platform.clock)
        self._is_code = is_code

    async def approve(self, asked: AuthorizationRequest, tenant: str) -> str:
        location = await super().approve(asked, tenant)
        if self._is_code:
            await self._change(update(codes).values(expires_at=codes.c.expires_at + _DAY))
        return location

    async def issue(self, sent: Pairs, authorization: object) -> Tokens:
        tokens = await super().issue(sent, authorization)  # type: ignore[arg-type] # passed on
        if not self._is_code:
            is_it = access_tokens.c.digest == digest(tokens.access_token)
            later = access_tokens.c.expires_at + _DAY
            await self._change(update(access_tokens).where(is_it).values(expires_at=later))
        return tokens

    async def _change(self, statement: Update) -> None:
        def change(connection: Connection) -> None:
            connection.execute(statement)

        await self._database.write(change)


class _Widening(AuthorizationServer):
    """Gives, for a refresh token, whatever scope is asked for."""

    async def issue(self, sent: Pairs, authorization: object) -> Tokens:
        asked = _value(sent, "scope").split()
        if _value(sent, "grant_type") == "refresh_token" and {*asked} <= SCOPES and asked:
            client = _value(sent, "client_id")
            statement = update(grants).where(grants.c.client == client).values(scopes=asked)
            await self._database.write(lambda connection: connection.execute(statement))
        return await super().issue(sent, authorization)  # type: ignore[arg-type] # passed on


@dataclass(frozen=True, slots=True)
class _Refreshed:
    """The refresh tokens that stand for newer ones."""

    newest: dict[str, str] = field(default_factory=dict)

    def resolved(self, sent: Pairs) -> Pairs:
        token = _value(sent, "refresh_token")
        if not token:
            return sent
        return _with(sent, refresh_token=self.newest.get(token, token))

    def kept(self, sent: Pairs, tokens: Tokens) -> Tokens:
        """Go on taking the token that was sent, and give it back."""
        old = _value(sent, "refresh_token")
        if not old:
            return tokens
        self.newest[old] = tokens.refresh_token
        return replace(tokens, refresh_token=old)

    def tolerated(self, sent: Pairs, tokens: Tokens) -> Tokens:
        """Go on taking the token that was sent, and every one before it."""
        old = _value(sent, "refresh_token")
        if old:
            behind = [known for known, newest in self.newest.items() if newest == old]
            self.newest.update(dict.fromkeys((old, *behind), tokens.refresh_token))
        return tokens


def _planted(make: Callable[[Parts], AuthorizationServer]) -> Apply:
    """Put another authorization server in the place of the honest one."""

    def apply(parts: Parts) -> Parts:
        server = make(parts)
        return replace(parts, authorization_server=server, oauth=OAuthEndpoints(server))

    return apply


def _plain(kind: type[AuthorizationServer]) -> Apply:
    return _planted(lambda parts: kind(API, PROFILE, parts.platform.database, parts.platform.clock))


def _hooked(make: Callable[[], Hooks]) -> Apply:
    return _planted(lambda parts: _Hooked(parts, make()))


def _any_verifier() -> Hooks:
    def issue(sent: Pairs) -> Pairs:
        is_there = bool(_value(sent, "code_verifier"))
        return _with(sent, code_verifier=_VERIFIER) if is_there else sent

    return Hooks(asked=_challenged, issue=issue)


def _challenged(asked: AuthorizationRequest) -> AuthorizationRequest:
    return replace(asked, challenge=_challenge_of(_VERIFIER))


def _plain_taken() -> Hooks:
    def read(sent: Pairs) -> Pairs:
        if _value(sent, "code_challenge_method") != "plain":
            return sent
        challenge = _challenge_of(_value(sent, "code_challenge"))
        return _with(sent, code_challenge=challenge, code_challenge_method="S256")

    return Hooks(read=read)


def _method_optional() -> Hooks:
    def read(sent: Pairs) -> Pairs:
        is_there = bool(_value(sent, "code_challenge_method"))
        return sent if is_there else _with(sent, code_challenge_method="S256")

    return Hooks(read=read)


def _proof_optional() -> Hooks:
    def read(sent: Pairs) -> Pairs:
        if _value(sent, "code_challenge"):
            return sent
        challenge = _challenge_of(_VERIFIER)
        return _with(sent, code_challenge=challenge, code_challenge_method="S256")

    def issue(sent: Pairs) -> Pairs:
        is_there = bool(_value(sent, "code_verifier")) or not _value(sent, "code")
        return sent if is_there else _with(sent, code_verifier=_VERIFIER)

    return Hooks(read=read, issue=issue)


def _forgetting(*names: str) -> Callable[[], Hooks]:
    """Bind codes to nothing of some names: what was asked with is put in place of what is sent."""

    def make() -> Hooks:
        asked_with: dict[str, Mapping[str, str]] = {}

        def approved(location: str, asked: AuthorizationRequest) -> str:
            code = location.partition("code=")[2].partition("&")[0]
            known = {"redirect_uri": asked.redirect_uri, "client_id": asked.client.id}
            asked_with[code] = {name: known[name] for name in names}
            return location

        def issue(sent: Pairs) -> Pairs:
            return _with(sent, **asked_with.get(_value(sent, "code"), {}))

        return Hooks(approved=approved, issue=issue)

    return make


def _all_scopes() -> Hooks:
    return Hooks(asked=lambda asked: replace(asked, scopes=tuple(asked.client.scopes)))


def _stateless() -> Hooks:
    return Hooks(asked=lambda asked: replace(asked, state=None))


def _in_fragment() -> Hooks:
    def approved(location: str, _asked: AuthorizationRequest) -> str:
        before, _, answer = location.rpartition("code=")
        return f"{before[:-1]}#code={answer}"

    return Hooks(approved=approved)


def _kept() -> Hooks:
    refreshed = _Refreshed()
    return Hooks(issue=refreshed.resolved, issued=refreshed.kept)


def _tolerated() -> Hooks:
    refreshed = _Refreshed()
    return Hooks(issue=refreshed.resolved, issued=refreshed.tolerated)


def _of_token(status: int) -> Callable[[Asked, Answered], bool]:
    return lambda asked, answered: asked.path == TOKEN and answered.status == status


def _in_envelope(answered: Answered) -> Answered:
    said = answered.json
    return answered.with_json(
        {"error": {"code": said["error"], "message": said["error_description"]}}
    )


async def _open_redirect(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    target = asked.parameter("redirect_uri")
    if asked.path != AUTHORIZE or answered.status != 400 or not target:
        return answered
    location = f"{target}{'&' if '?' in target else '?'}error=invalid_request"
    return replace(answered, status=302, body=b"").with_header("location", location)


def _without_type(answered: Answered) -> Answered:
    said = {name: value for name, value in answered.json.items() if name != "token_type"}
    return answered.with_json(said)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="OAU-F01",
        title="The code verifier is not compared",
        promises=("ALOHA-04",),
        mistake="It is asked for, and the comparison was left for later.",
        apply=_hooked(_any_verifier),
    ),
    Fault(
        id="OAU-F02",
        title="The challenge method plain is taken",
        promises=("ALOHA-04",),
        mistake="RFC 7636 has it, RFC 9700 was not read.",
        apply=_hooked(_plain_taken),
    ),
    Fault(
        id="OAU-F03",
        title="A code can be used again",
        promises=("ALOHA-04",),
        mistake="Answers are cached, so that a retry is not an error.",
        apply=_planted(_Replaying),
    ),
    Fault(
        id="OAU-F04",
        title="A redirect_uri needs only begin as a registered one does",
        promises=("ALOHA-04",),
        mistake="Partners asked for parameters in it.",
        apply=_plain(_Prefixing),
    ),
    Fault(
        id="OAU-F05",
        title="PKCE is optional",
        promises=("ALOHA-04",),
        mistake="It is checked where a challenge is sent.",
        apply=_hooked(_proof_optional),
    ),
    Fault(
        id="OAU-F06",
        title="The token endpoint does not compare redirect_uri",
        promises=("ALOHA-04",),
        mistake="It was compared before, on the way out.",
        apply=_hooked(_forgetting("redirect_uri")),
    ),
    Fault(
        id="OAU-F07",
        title="A code can be used by another client",
        promises=("ALOHA-04",),
        mistake="Codes are looked up by themselves.",
        apply=_hooked(_forgetting("client_id")),
    ),
    Fault(
        id="OAU-F08",
        title="A code lives for a day",
        promises=("ALOHA-04",),
        mistake="The lifetime is that of e-mail links.",
        apply=_planted(lambda parts: _Stretching(parts, is_code=True)),
    ),
    Fault(
        id="OAU-F09",
        title="An access token outlives its expires_in by a day",
        promises=("ALOHA-04",),
        mistake="The number in the answer is a constant of its own.",
        apply=_planted(lambda parts: _Stretching(parts, is_code=False)),
    ),
    Fault(
        id="OAU-F10",
        title="A token has all scopes of its app, whatever was asked for",
        promises=("ALOHA-04",),
        mistake="The scope of the request is shown on the consent page, and then lost.",
        apply=_hooked(_all_scopes),
    ),
    Fault(
        id="OAU-F11",
        title="A refresh token is not rotated",
        promises=("ALOHA-04",),
        mistake="It was thought to be as good as a password.",
        apply=_hooked(_kept),
    ),
    Fault(
        id="OAU-F12",
        title="A refresh token that was spent goes on working",
        promises=("ALOHA-04",),
        mistake="Old ones are kept for clients that lose the answer.",
        apply=_hooked(_tolerated),
    ),
    Fault(
        id="OAU-F13",
        title="A refresh can ask for more than was granted",
        promises=("ALOHA-04",),
        mistake="The scope is compared with what there is, not with the grant.",
        apply=_plain(_Widening),
    ),
    Fault(
        id="OAU-F14",
        title="state does not come back",
        promises=("ALOHA-04",),
        mistake="It was lost between the two pages.",
        apply=_hooked(_stateless),
    ),
    Fault(
        id="OAU-F15",
        title="Errors of the token endpoint are in the API's envelope",
        promises=("ALOHA-04",),
        mistake="One error handler for all routes.",
        apply=answers(_of_token(400), _in_envelope),
    ),
    Fault(
        id="OAU-F16",
        title="Tokens may be cached",
        promises=("ALOHA-04",),
        mistake="The headers were forgotten.",
        apply=answers(
            _of_token(200), lambda answered: answered.without_header("cache-control", "pragma")
        ),
    ),
    Fault(
        id="OAU-F17",
        title="An unknown client is 400",
        promises=("ALOHA-04",),
        mistake="All errors of the endpoint are 400.",
        apply=answers(_of_token(401), lambda answered: answered.with_status(400)),
    ),
    Fault(
        id="OAU-F18",
        title="A redirect_uri that is not registered is redirected to, with an error",
        promises=("ALOHA-04",),
        mistake="Errors are told to the app, whatever they are.",
        apply=around(_open_redirect),
    ),
    Fault(
        id="OAU-F19",
        title="code_challenge_method may be left out",
        promises=("ALOHA-04",),
        mistake="S256 was made the default.",
        apply=_hooked(_method_optional),
    ),
    Fault(
        id="OAU-F20",
        title="An app that has a secret need not send it",
        promises=("ALOHA-04",),
        mistake="With PKCE, the secret was thought to be superfluous.",
        apply=_plain(_Trusting),
    ),
    Fault(
        id="OAU-F27",
        title="The token answer has no token_type",
        promises=("ALOHA-04",),
        mistake="It is always the same, so it was left out.",
        apply=answers(_of_token(200), _without_type),
    ),
    Fault(
        id="OAU-F28",
        title="The code comes back in the fragment",
        promises=("ALOHA-04",),
        mistake="The implicit grant's code was copied.",
        apply=_hooked(_in_fragment),
    ),
)
