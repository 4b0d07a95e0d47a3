"""Planted faults of identity verification."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import jwt

from generated.haloagents.server import errors, models
from reference.clock import Clock
from reference.faults.composition import errors_of
from reference.faults.fault import Fault
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization, Organizations
from reference.haloagents.parts import Parts
from reference.storage.database import Database

Claims = Mapping[str, object]
Apply = Callable[[Parts], Parts]
_UNCHECKED = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
_LEEWAY = 300
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Second:
    """Asks the honest check, and where that refuses, another one."""

    inner: IdentityCheck
    second: Callable[[Organization, Identified], Identity | None]

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        try:
            return self.inner.identity(organization, body)
        except errors.Forbidden:
            found = self.second(organization, body)
            if found is None:
                raise
            return found


@dataclass(frozen=True, slots=True)
class _Except:
    """Lets some bodies pass unchecked."""

    inner: IdentityCheck
    is_exempt: Callable[[Organization, Identified], bool]

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        if self.is_exempt(organization, body):
            return None
        return self.inner.identity(organization, body)


@dataclass(frozen=True, slots=True)
class _Refusing:
    """Refuses more than the honest check does."""

    inner: IdentityCheck
    refuses: Callable[[Organization, Identified], bool]

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        if self.refuses(organization, body):
            raise errors.Forbidden("The user_token is invalid.")
        return self.inner.identity(organization, body)


@dataclass(frozen=True, slots=True)
class _Reproved:
    """Says something else of those who are proved."""

    inner: IdentityCheck
    change: Callable[[Identity], Identity]

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        proved = self.inner.identity(organization, body)
        return None if proved is None else self.change(proved)


class _Publishing(Organizations):
    """Organizations of which every secret that was ever shown is good for all of them."""

    def __init__(self, database: Database, secrets: set[str]) -> None:
        super().__init__(database)
        self._secrets = secrets

    async def verify_identity(self, org: str, *, enabled: bool) -> str:
        secret = await super().verify_identity(org, enabled=enabled)
        self._secrets.add(secret)
        return secret


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads tokens less carefully than it should."""

    clock: Clock
    algorithms: Sequence[str] = ("HS256",)
    is_signed: bool = True
    """Whether the signature is looked at."""
    expires: bool = True
    """Whether `exp` is looked at."""
    begins: bool = True
    """Whether `nbf` is looked at."""
    leeway: float = 0
    requires_exp: bool = True
    other_secrets: set[str] = field(default_factory=set)

    def __call__(self, organization: Organization, body: Identified) -> Identity | None:
        for secret in (organization.identity_secret, *self.other_secrets):
            claims = self._claims(body.user_token or "", secret)
            if claims is not None and self._is_current(claims):
                identity = _named(claims)
                if identity is not None and identity.user_id == body.user_id:
                    return identity
        return None

    def _claims(self, token: str, secret: str) -> Claims | None:
        try:
            named = str(jwt.get_unverified_header(token).get("alg")).lower()
            is_signed = self.is_signed and not (named == "none" and "none" in self.algorithms)
            options = {**_UNCHECKED, "verify_signature": is_signed}
            found: Claims = jwt.decode(
                token,
                secret,
                algorithms=[*self.algorithms],
                options=options,  # type: ignore[arg-type] # PyJWT has a TypedDict
            )
        except (jwt.InvalidTokenError, jwt.InvalidKeyError):
            return None
        return found

    def _is_current(self, claims: Claims) -> bool:
        now = self.clock.microseconds() / _MICROSECONDS
        ends, starts = claims.get("exp"), claims.get("nbf")
        if ends is None and self.requires_exp:
            return False
        if self.expires and isinstance(ends, int | float) and ends <= now - self.leeway:
            return False
        return not (self.begins and isinstance(starts, int | float) and starts > now)


def _named(claims: Claims) -> Identity | None:
    user_id = claims.get("user_id", claims.get("sub"))
    if not isinstance(user_id, str):
        return None
    told = {name: claims.get(name) for name in ("email", "role", "plan")}
    return Identity(
        user_id, **{name: said if isinstance(said, str) else None for name, said in told.items()}
    )


def _also(make: Callable[[Clock], _Reader]) -> Apply:
    """Take tokens that the honest check does not."""
    return lambda parts: replace(
        parts, identity=_Second(parts.identity, make(parts.platform.clock))
    )


def _exempting(is_exempt: Callable[[Organization, Identified], bool]) -> Apply:
    return lambda parts: replace(parts, identity=_Except(parts.identity, is_exempt))


def _refusing(refuses: Callable[[Organization, Identified], bool]) -> Apply:
    return lambda parts: replace(parts, identity=_Refusing(parts.identity, refuses))


def _saying(change: Callable[[Identity], Identity]) -> Apply:
    return lambda parts: replace(parts, identity=_Reproved(parts.identity, change))


def _any_organization(parts: Parts) -> Parts:
    shown: set[str] = set()
    reader = _Reader(parts.platform.clock, other_secrets=shown)
    organizations = _Publishing(parts.platform.database, shown)
    check = _Second(parts.identity, reader)
    return replace(parts, identity=check, organizations=organizations)


def _anybody(parts: Parts) -> Parts:
    reader = _Reader(parts.platform.clock)

    def read(organization: Organization, body: Identified) -> Identity | None:
        try:
            claims = jwt.decode(
                body.user_token or "",
                organization.identity_secret,
                algorithms=["HS256"],
                options=_UNCHECKED,  # type: ignore[arg-type] # PyJWT has a TypedDict
            )
        except jwt.InvalidTokenError:
            return None
        named = _named(claims)
        if named is None or body.user_id is None:
            return None
        return reader(organization, _As(named.user_id, body.user_token)) and named

    return replace(parts, identity=_Second(parts.identity, read))


def _any_case(parts: Parts) -> Parts:
    reader = _Reader(parts.platform.clock)

    def read(organization: Organization, body: Identified) -> Identity | None:
        claims = _unverified(body)
        named = None if claims is None else _named(claims)
        if named is None or named.user_id.lower() != (body.user_id or "").lower():
            return None
        return reader(organization, _As(named.user_id, body.user_token))

    return replace(parts, identity=_Second(parts.identity, read))


@dataclass(frozen=True, slots=True)
class _As:
    """A body that names another user."""

    user_id: str | None
    user_token: str | None


def _unverified(body: Identified) -> Claims | None:
    try:
        claims: Claims = jwt.decode(
            body.user_token or "",
            options={"verify_signature": False, **_UNCHECKED},  # type: ignore[arg-type] # as above
        )
    except jwt.InvalidTokenError:
        return None
    return claims


def _is_without_user_id(_organization: Organization, body: Identified) -> bool:
    claims = _unverified(body)
    return claims is not None and "user_id" not in claims


def _is_named_twice(_organization: Organization, body: Identified) -> bool:
    claims = _unverified(body)
    return claims is not None and claims.get("sub", claims.get("user_id")) != claims.get("user_id")


def _needs_token_anyway(_organization: Organization, body: Identified) -> bool:
    is_anonymous = body.user_id is None or body.user_id.startswith("anon_")
    return not is_anonymous and body.user_token is None


def _is_anonymous_without_token(organization: Organization, body: Identified) -> bool:
    anonymous = body.user_id is not None and body.user_id.startswith("anon_")
    return organization.verifies_identity and anonymous and body.user_token is None


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F01",
        title="A token without a signature is taken, if it says alg none",
        promises=("HALO-04",),
        mistake="The library is told to take the algorithm that the token names.",
        apply=_also(lambda clock: _Reader(clock, algorithms=("none",))),
    ),
    Fault(
        id="JWT-F02",
        title="An expired token is taken",
        promises=("HALO-04",),
        mistake="The check of exp was switched off for a demo.",
        apply=_also(lambda clock: _Reader(clock, expires=False)),
    ),
    Fault(
        id="JWT-F03",
        title="A token signed with the secret of another organization is taken",
        promises=("HALO-04",),
        mistake="The secret is looked up among all that are active.",
        apply=_any_organization,
    ),
    Fault(
        id="JWT-F04",
        title="The signature is not looked at",
        promises=("HALO-04",),
        mistake="The token is decoded, which was taken for verified.",
        apply=_also(lambda clock: _Reader(clock, is_signed=False)),
    ),
    Fault(
        id="JWT-F05",
        title="A token signed with HS512 is taken",
        promises=("HALO-04",),
        mistake="All HMAC algorithms are allowed.",
        apply=_also(lambda clock: _Reader(clock, algorithms=("HS384", "HS512"))),
    ),
    Fault(
        id="JWT-F06",
        title="A token without exp is taken",
        promises=("HALO-04",),
        mistake="exp is checked where it is there.",
        apply=_also(lambda clock: _Reader(clock, requires_exp=False)),
    ),
    Fault(
        id="JWT-F07",
        title="A token is taken before its nbf",
        promises=("HALO-04",),
        mistake="Only exp was thought of.",
        apply=_also(lambda clock: _Reader(clock, begins=False)),
    ),
    Fault(
        id="JWT-F08",
        title="A token is taken for five minutes after its exp",
        promises=("HALO-04",),
        mistake="A leeway for clocks that go wrong was copied from elsewhere.",
        apply=_also(lambda clock: _Reader(clock, leeway=_LEEWAY)),
    ),
    Fault(
        id="JWT-F09",
        title="A token of another user is taken",
        promises=("HALO-04",),
        mistake="The token is verified, and never compared with user_id.",
        apply=_anybody,
    ),
    Fault(
        id="JWT-F10",
        title="A request without a token is let through",
        promises=("HALO-04",),
        mistake="The token is verified where it is sent.",
        apply=_exempting(lambda _, body: body.user_token is None),
    ),
    Fault(
        id="JWT-F11",
        title="Series do not ask for a token",
        promises=("HALO-04",),
        mistake="A route was added, and its check forgotten.",
        apply=_exempting(lambda _, body: isinstance(body, models.SeriesRequest)),
    ),
    Fault(
        id="JWT-F12",
        title="Events do not ask for a token",
        promises=("HALO-04",),
        mistake="Events were thought to be harmless.",
        apply=_exempting(lambda _, body: isinstance(body, models.EventsRequest)),
    ),
    Fault(
        id="JWT-F13",
        title="Tickets do not ask for a token",
        promises=("HALO-04",),
        mistake="The form for tickets is older than identity verification.",
        apply=_exempting(lambda _, body: isinstance(body, models.TicketRequest)),
    ),
    Fault(
        id="JWT-F14",
        title="Every user_id that begins with anon is anonymous",
        promises=("HALO-04",),
        mistake="The prefix is compared without its underscore.",
        apply=_exempting(lambda _, body: (body.user_id or "").startswith("anon")),
    ),
    Fault(
        id="JWT-F15",
        title="A token that names its user by sub is refused",
        promises=("HALO-03",),
        mistake="The fallback was never written.",
        apply=_refusing(_is_without_user_id),
    ),
    Fault(
        id="JWT-F16",
        title="A token whose sub is not its user_id is refused",
        promises=("HALO-03",),
        mistake="sub is looked at first.",
        apply=_refusing(_is_named_twice),
    ),
    Fault(
        id="JWT-F17",
        title="An anonymous visitor needs a token",
        promises=("HALO-04",),
        mistake="Whoever has a user_id is asked for a token.",
        apply=_refusing(_is_anonymous_without_token),
    ),
    Fault(
        id="JWT-F18",
        title="A token is needed where identity verification is off",
        promises=("HALO-04",),
        mistake="The setting is not read.",
        apply=_refusing(_needs_token_anyway),
    ),
    Fault(
        id="JWT-F19",
        title="What the body says goes before what a valid token says",
        promises=("HALO-05",),
        mistake="The two are merged in the wrong order.",
        apply=_saying(lambda proved: Identity(proved.user_id, None, None, None)),
    ),
    Fault(
        id="JWT-F20",
        title="The plan in a token is not trusted, email and role are",
        promises=("HALO-05",),
        mistake="plan came later, and was added to the body only.",
        apply=_saying(lambda proved: replace(proved, plan=None)),
    ),
    Fault(
        id="JWT-F21",
        title="An identity that is not proved is 401",
        promises=("HALO-04",),
        mistake="Tokens are tokens, and bad ones are 401.",
        apply=errors_of(403, lambda answered: answered.with_status(401)),
    ),
    Fault(
        id="JWT-F22",
        title="A token of User_1 is good for user_1",
        promises=("HALO-04",),
        mistake="Ids are compared as the database collates them.",
        apply=_any_case,
    ),
)
