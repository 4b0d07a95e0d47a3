"""AUT: a credential is told once, and not stored as it is."""

from __future__ import annotations

from conformance.encodings import forms
from conformance.rule import Check, Need, Violation, must
from conformance.rules.authentication import ask
from conformance.vocabulary import is_safe, whole


@must(
    "AUT-010",
    "A credential is never told again",
    whole,
    promises=("HALE-03",),
    needs=(Need.CREDENTIAL,),
)
def never_told_again(check: Check) -> None:
    """No answer repeats a key, not even the one that refuses it, nor does the control plane.

    Source: the contract's security scheme; CWE-532, CWE-209.
    Passes: 401 → "Send a valid API key."
    Fails: 401 → "The key hk_9f… is unknown."; a list of keys with their plaintext.
    """
    session = check.session
    token = session.token()
    for operation in session.contract.api.operations:
        if not is_safe(operation):
            continue
        good = token if session.control else session.token()
        ask(check, (("Authorization", f"Bearer {good}"),), operation=operation)
        ask(check, (("Authorization", f"Basic {token}"),), operation=operation)
        ask(check, (("Authorization", f"Bearer {token}x"),), operation=operation)
    for exchange in session.client.exchanges:
        if not exchange.request.url.startswith(session.target.base_url):
            continue
        told = exchange.answer.body.decode("utf-8", "replace") + repr(exchange.answer.headers)
        if token in told:
            raise Violation("The answer repeats the key.", exchange)
    if session.control and token in session.control.told():
        raise Violation("The control plane tells a key after it was made.")


@must(
    "AUT-011",
    "A credential is not stored as it is",
    lambda contract: (None,) if any(s.promises for s in contract.api.security_schemes) else (),
    promises=("HALE-03",),
    needs=(Need.DATABASE, Need.FRESH_KEYS),
)
def stored_as_a_hash(check: Check) -> None:
    """Who reads the database must not be able to call the API.

    Looks for a fresh key, plain and encoded, in the database as it is stored, which a control plane
    may show.

    Source: the contract's security scheme; CWE-256.
    Passes: the database holds a hash.
    Fails: the database holds the key, or the key in base 64.
    """
    session = check.session
    key = session.key()
    operation = next(op for op in session.contract.api.operations if is_safe(op))
    used = session.holding(key.secret).call(operation, session.sample(operation))
    check.require(used.status == 200, "A fresh key is not accepted.", used)
    stored = session.control.stored() if session.control else b""
    check.require(stored, "There is nothing in the database to look at.")
    told = [form for form in forms(key.secret) if form in stored]
    check.require(not told, "The database holds a key as it is, or in an encoding of it.")
