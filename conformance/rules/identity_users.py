"""JWT: which users have to be proved, and what is believed of them with a proof or without."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from conformance import jwt
from conformance.bodies import at, examples, places, without
from conformance.contract import Contract
from conformance.event_stream import told
from conformance.exchange import Exchange
from conformance.identity import HOUR, Door, door, organized, unverified
from conformance.rule import Check, Need, must
from conformance.vocabulary import Subjects, body_schema, identified
from generator.model import Dictionary, Operation, Scalar

REFUSALS = ("HALO-04",)
NEEDS = (Need.IDENTITY, Need.CLOCK)


def trusting(contract: Contract) -> Subjects:
    """Every operation whose body has a member that a claim of a token overrides."""
    return tuple(op for op in identified(contract) if op and op.identity and _trusted(contract, op))


def _trusted(contract: Contract, operation: Operation) -> tuple[str, ...]:
    """The trusted claims that the body has a member of, and that the answer shows."""
    schema = body_schema(contract, operation)
    media = operation.success.media if operation.success else ()
    shown = contract.members(media[0].schema) if media and media[0].schema else {}
    deeper = {name for each in shown.values() for name in contract.members(each)}
    known = set(contract.members(schema)) if schema else set()
    trusted = operation.identity.trusted_claims if operation.identity else ()
    return tuple(name for name in trusted if name in known and name in {*shown, *deeper})


def optional_user(contract: Contract) -> Subjects:
    """Every operation that can be called for nobody in particular."""
    found = []
    for operation in identified(contract):
        schema = body_schema(contract, operation) if operation else None
        type_ = schema.type if schema else None
        members = getattr(type_, "properties", ())
        identity = operation.identity if operation else None
        required = {member.name for member in members if member.required}
        if identity and identity.matches[0] not in required:
            found.append(operation)
    return tuple(found)


def prefixed(contract: Contract) -> Subjects:
    """Every operation for which some users are anonymous."""
    return tuple(
        op for op in identified(contract) if op and op.identity and op.identity.anonymous_prefix
    )


@must("JWT-014", "Nobody and the anonymous need no proof", prefixed, promises=REFUSALS, needs=NEEDS)
def anonymous(check: Check) -> None:
    """A visitor who is not known has no token to send; one that is sent all the same is not asked.

    Source: the contract's `x-identity` (`anonymous-prefix`).
    Passes: `{"user_id": "anon_5f3c9a"}` without a token → 200; no `user_id` at all → 200; either
    with a token that has expired → 200.
    Fails: → 403.
    """
    it = door(check)
    prefix, stale = it.identity.anonymous_prefix, it.token(exp=it.now - HOUR)
    for user in (f"{prefix}5f3c9a", f"{prefix}1", f"{prefix}{it.user}", prefix):
        it.lets_by(it.send(body=it.of(user)), f"The anonymous user {user!r}")
    it.lets_by(it.send(stale, body=it.of(f"{prefix}1")), "An anonymous user with an old token")
    if it.check.operation in optional_user(check.contract):
        it.lets_by(it.send(body=it.of(None)), "Nobody in particular")
        it.lets_by(it.send(stale, body=it.of(None)), "Nobody in particular, with an old token,")


@must("JWT-015", "What looks anonymous is not", prefixed, promises=REFUSALS, needs=NEEDS)
def look_alikes(check: Check) -> None:
    """The prefix is at the beginning, whole, and in its own letters.

    Source: the contract's `x-identity` (`anonymous-prefix`).
    Passes: `ANON_1`, `anon` and `user_anon_1` without a token → 403.
    Fails: → 200.
    """
    it = door(check)
    prefix, user = it.identity.anonymous_prefix, it.user
    alike = (
        prefix.upper() + "1",
        prefix.title() + "1",
        prefix[:-1],
        prefix[:-1] + "1",
        prefix[:-1] + "-1",
        prefix[:-1] + "ymous_1",
        f" {prefix}1",
        f"\t{prefix}1",
        f"{user}{prefix}1",
        f"x{prefix}1",
        f"{user} {prefix}",
        prefix.replace("_", "\N{FULLWIDTH LOW LINE}") + "1",
        "".join(chr(ord(letter) + 0xFEE0) for letter in prefix) + "1",
        " ",
        "anonymous",
        "guest",
        "undefined",
        "null",
        "0",
    )
    for name in alike:
        if not name.startswith(prefix):
            it.refuses(it.send(body=it.of(name)), f"The user {name!r}")


@must(
    "JWT-016",
    "Where identities are not verified, a token is not looked at",
    identified,
    promises=("HALO-03",),
    needs=NEEDS,
)
def switched_off(check: Check) -> None:
    """An organization that has it off takes every user at their word.

    Source: the contract's `x-identity`.
    Passes: an expired token → 200.
    Fails: → 403.
    """
    off = unverified(check.session)
    it = door(check, off)
    now = it.now
    ignored = (
        None,
        "",
        "no token",
        it.token(),
        it.token(exp=now - HOUR),
        it.token(**{it.subject: "somebody-else"}),
        jwt.token(it.claims(), "another key"),
        jwt.unsigned(it.claims(), {"alg": "none"}),
    )
    for token in ignored:
        exchange = it.send(token)
        it.lets_by(exchange, "A user of an organization that verifies none")


@must(
    "JWT-017",
    "A trusted claim goes before the body",
    trusting,
    promises=("HALO-03", "HALO-05"),
    needs=NEEDS,
)
def trusted_claims(check: Check) -> None:
    """What the organization signed is true; what the browser says of the same is not.

    A claim that is not there overrides nothing; one that is there counts letter by letter, also
    where it is empty, whichever claim names the user, and from then on. So it does for a user whom
    nobody knew.

    Source: the contract's `x-identity` (`trusted-claims`).
    Passes: `"plan": "free"` in the token and `"plan": "pro"` in the body → the user's is `free`.
    Fails: → `pro`.
    """
    it = door(check)
    names = _trusted(check.contract, check.operation)
    said = it.body
    for name in names:
        said = it.put(said, (name,), f"{name}-of-the-body")
    signed = {name: f"{name}-of-the-token" for name in names}
    whole = it.send(it.token(**signed), body=said)
    it.admits(whole, "A token with trusted claims")
    someone = f"user-{secrets.token_hex(6)}"
    of_them = it.put(said, it.identity.matches, someone)
    unknown = it.send(it.token(**{it.subject: someone, **signed}), body=of_them)
    silent = it.body
    for name in names:
        silent = without(silent, (name,))
    for exchange in (whole, unknown, it.send(it.token(), body=silent)):
        for name in names:
            _shows(check, exchange, name, signed[name])
    emptied = it.send(it.token(**dict.fromkeys(names, "")), body=said)
    for name in names:
        _shows(check, emptied, name, "")
    for one in names:
        exchange = it.send(it.token(**{one: f"{one}-signed"}), body=said)
        it.admits(exchange, f"A token with {one}")
        for name in names:
            _shows(check, exchange, name, f"{one}-signed" if name == one else f"{name}-of-the-body")
    bare = it.send(it.token(**{name: f"{name}-signed" for name in names}))
    for name in names:
        _shows(check, bare, name, f"{name}-signed")
    for subject in it.identity.subject[1:]:
        claims = {subject: it.user, "exp": it.now + HOUR}
        exact = {name: f" {name.title()}+X@Example.COM" for name in names}
        named = it.send(jwt.token({**claims, **exact}, it.organization.secret), body=said)
        for name in names:
            _shows(check, named, name, exact[name])


@must(
    "JWT-018",
    "A claim that is not proved is not trusted",
    trusting,
    promises=("HALO-03", "HALO-05"),
    needs=NEEDS,
)
def unproved_claims(check: Check) -> None:
    """Where no identity is verified, or the user is anonymous, the body is all that there is.

    An anonymous user is none that a token could be for: also a good one is another user's.

    Source: the contract's `x-identity` (`trusted-claims`).
    Passes: an organization that verifies none, a token with `"plan": "pro"`, a body with
    `"plan": "free"` → `free`.
    Fails: → `pro`.
    """
    names = _trusted(check.contract, check.operation)
    off, verified = door(check, unverified(check.session)), door(check)
    user = f"{off.identity.anonymous_prefix}{off.user}"
    for it, body in ((off, off.body), (verified, verified.of(user))):
        said = body
        for name in names:
            said = it.put(said, (name,), f"{name}-of-the-body")
        forged = {name: f"{name}-forged" for name in names}
        token = jwt.token(it.claims(**{it.subject: user, **forged}), "a key of the sender's")
        tokens = [token] if it is off else [token, it.token(**forged)]
        for exchange in (it.send(each, body=said) for each in tokens):
            for name in names if 200 <= exchange.status < 300 else ():
                _shows(check, exchange, name, f"{name}-of-the-body")


def _shows(check: Check, exchange: Exchange, name: str, wanted: str) -> None:
    """Require that the answer shows one value of a member, wherever in it."""
    found = list(_members(exchange.json, name))
    check.require(found == [wanted], f"{name} is {found!r}, not {wanted!r}.", exchange)


def _members(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == name:
                yield each
            elif isinstance(each, dict):
                yield from _members(each, name)


@must(
    "JWT-019",
    "Nothing of a refused user is stored",
    identified,
    promises=REFUSALS,
    needs=(*NEEDS, Need.DATABASE),
)
def nothing_stored(check: Check) -> None:
    """Who the user is comes before anything is done in their name.

    Source: the contract's `x-identity`; OWASP API2:2023.
    Passes: a ticket of `user_123` without a token → 403, and there is no ticket.
    Fails: → 403, and there is one.
    """
    it = door(check)
    name = f"{it.user}-unproved-{id(it)}"
    forged = jwt.token({**it.claims(), it.subject: name}, "a key of the sender's")
    it.refuses(it.send(body=it.of(name)), "A user without a token")
    refused = it.send(forged, body=it.of(name))
    it.refuses(refused, "A forged token")
    stored = it.organization.control.stored()
    check.require(name.encode() not in stored, "The refused user is stored.", refused)


@must(
    "JWT-020",
    "Verification is switched at once",
    identified,
    promises=("HALO-03", "HALO-04"),
    needs=NEEDS,
)
def switched(check: Check) -> None:
    """From the moment that it is on, a proof is asked; from the moment that it is off, none is.

    Source: the contract's `x-identity`.
    Passes: on → 403 for a user without a token; off → 200.
    Fails: the setting is remembered from before.
    """
    session = check.session
    own = session.once("switched organization", lambda: organized(session, enabled=False))
    it = door(check, own)
    it.lets_by(it.send(), "A user before verification is on")
    secret = own.control.verify_identity(own.tenant, enabled=True)
    it = replace(it, organization=replace(own, secret=secret))
    it.refuses(it.send(), "A user without a token, now that verification is on,")
    it.admits(it.send(it.token()), "A token, now that verification is on,")
    own.control.verify_identity(own.tenant, enabled=False)
    it.lets_by(it.send(), "A user after verification is off")


@must(
    "JWT-021",
    "Who is proved is answered as who needs no proof",
    identified,
    promises=("HALO-03", "HALO-10", "HALO-11", "HALO-12", "HALO-13"),
    needs=NEEDS,
)
def answered_alike(check: Check) -> None:
    """A proof says who the user is; what is done for them is the same.

    Three organizations are asked the same in the same order: the first and the last verify no
    identities, the one between them gets a token without trusted claims. Where the two that need
    none answer alike, so does the other: to the documented bodies, to these with every map in them
    empty, and with no more than what is required. The user is new to all three; where the operation
    takes none who is new, only the status is looked at.

    Source: the contract's `x-identity`, which adds a proof to a request and nothing else.
    Passes: a trait is merged with those that are there, with a token as without.
    Fails: where identities are verified, traits replace those that are there, a reply does not know
    the history, or what the body says beside the token is not taken.
    """
    session = check.session
    made = session.once(
        "organizations to compare",
        lambda: [organized(session, enabled=enabled) for enabled in (False, True, False)],
    )
    first, proved, last = (door(check, each) for each in made)

    def ask(user: str, body: Any) -> tuple[Exchange, Exchange, Exchange]:
        token = proved.token(**{proved.subject: user})
        return first.send(body=body), proved.send(token, body=body), last.send(body=body)

    new = f"{first.user}-{secrets.token_hex(6)}"
    known = not 200 <= ask(new, first.of(new))[0].status < 300
    user = first.user if known else new
    for each in _bodies(first):
        before, between, after = ask(user, first.put(each, first.identity.matches, user))
        seen = [(it.status, known or told(it)) for it in (before, between, after)]
        check.require(
            seen[0] != seen[2] or seen[1] == seen[0],
            f"With a token the answer is {seen[1]!r:.200}, and without, where none is asked, "
            f"{seen[0]!r:.200}.",
            between,
        )


def _bodies(it: Door) -> Iterator[Any]:
    """Documented bodies of the user; these with each map empty, then with what is required only."""
    check, matches = it.check, it.identity.matches
    known = tuple(places(check.contract, it.schema))
    whole = max(examples(check.operation), key=lambda each: len(repr(each)))
    if at(whole, it.identity.token) is not None:
        whole = without(whole, it.identity.token)
    for body in (it.body, it.put(whole, matches, it.user)):
        yield body
        emptied = body
        for place in known:
            if isinstance(place.schema.type, Dictionary) and at(body, place.path):
                emptied = it.put(emptied, place.path, {})
        yield emptied
    bare = it.body
    for place in known:
        if len(place.path) == 1 and place.path != matches and not place.required:
            bare = without(bare, place.path)
    yield bare


@must(
    "JWT-022",
    "Of who is proved as much is stored as of who needs no proof",
    identified,
    promises=("HALO-03", "HALO-12"),
    needs=(*NEEDS, Need.DATABASE),
)
def stored_alike(check: Check) -> None:
    """What comes with a token is kept, with the user's name, as where no token is asked.

    Source: the contract's `x-identity`, which adds a proof to a request and nothing else.
    Passes: a ticket of a user with a token is stored with its subject and its user.
    Fails: its user is not, or it is not stored at all, where identities are verified.
    """
    off, proved = door(check, unverified(check.session)), door(check)
    kept: list[list[str]] = []
    for it in (off, proved):
        body, marks = _marked(it)
        user = at(body, it.identity.matches)
        token = None if it is off else it.token(**{it.subject: user})
        exchange = it.send(token, body=body)
        if it is off and not 200 <= exchange.status < 300:
            return
        it.admits(exchange, "A user with a token")
        stored = it.organization.control.stored()
        kept.append([what for what, mark in marks.items() if mark.encode() in stored])
    lost = [what for what in kept[0] if what not in kept[1]]
    check.require(
        not lost,
        f"Not stored of a user with a token, and of one who needs none: {', '.join(lost)}.",
        exchange,
    )


def _marked(it: Door) -> tuple[Any, dict[str, str]]:
    """The body with a mark of its own in the user's name, each other text and each map."""
    names = (it.identity.matches, it.identity.token)
    marks = {"its user": f"user-{secrets.token_hex(8)}"}
    body = it.of(marks["its user"])
    for place in places(it.check.contract, it.schema):
        name = str(place.path[-1])
        if at(body, place.path) is None or place.path in names or name.endswith(("_id", "Id")):
            continue
        mark = secrets.token_hex(8)
        if place.schema.type == Scalar("string"):
            body = it.put(body, place.path, mark)
        elif isinstance(place.schema.type, Dictionary):
            body = it.put(body, place.path, {"mark": mark})
        else:
            continue
        marks[str(place)] = mark
    return body, marks
