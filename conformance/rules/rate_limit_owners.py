"""RAT: whose allowance a request draws from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.control import Control
from conformance.exchange import Exchange
from conformance.oauth import App, flow_of, insufficient, register, tokens_of
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.kinds_of_keys import kinds_of_keys
from conformance.rules.rate_limit_headers import remaining, told_number
from conformance.rules.rotation import rotating
from conformance.vocabulary import (
    Subjects,
    id_parameter,
    is_detail,
    is_list,
    is_safe,
    limited_operations,
    limited_writes,
    list_of,
    paging,
    rate_limit,
)
from conformance.walk import identity, read_page
from generator.model import Operation

PROMISES = ("ALOHA-14", "LEAD-11")
NEEDS = (Need.FRESH_KEYS, Need.CLOCK)
NOBODY = "no-such-credential"


def owned(contract: Contract) -> Subjects:
    """The API as a whole, where keys share a limit, and a header tells what remains of it."""
    limit = rate_limit(contract)
    return remaining(contract) if limit and limit.per != "key" else ()


@dataclass(slots=True)
class _Account:
    """What remains of a tenant's allowance, as its last answer told it."""

    check: Check
    tenant: str
    secret: str
    limit: str = ""
    left: int = 0

    @classmethod
    def opened(cls, check: Check, tenant: str, requests: int) -> _Account:
        """A tenant's that has sent so many requests."""
        account = cls(check, tenant, check.session.fresh_key(tenant).secret)
        operation = limited_operations(check.contract)[0]
        for _ in range(requests):
            exchange = account.owner.call(operation, check.session.sample(operation))
            account.limit, account.left = account.told(exchange)
        return account

    @property
    def owner(self) -> Caller:
        """Who has the key of the account."""
        return self.check.session.holding(self.secret)

    def told(self, exchange: Exchange) -> tuple[str, int]:
        """The limit, and what remains, that an answer tells."""
        limit = rate_limit(self.check.contract)
        names = limit.headers if limit else {}
        left = told_number(self.check, exchange, names["remaining"])
        return exchange.answer.header(names.get("limit", "")) or "", left

    def spent(self, exchange: Exchange, what: str) -> None:
        """Require that a request took one of this account."""
        limit, left = self.told(exchange)
        if limit == self.limit:
            told = f"{what}: its workspace had {self.left} left, and the answer says {left}."
            self.check.require(left == self.left - 1, told, exchange)
            self.left = left

    def untouched(self, what: str) -> None:
        """Require that nothing was taken since the last request that was counted here."""
        operation = limited_operations(self.check.contract)[0]
        exchange = self.owner.call(operation, self.check.session.sample(operation))
        self.spent(exchange, f"The request after {what}")


@must(
    "RAT-030",
    "A request draws from its own workspace, and from no other",
    owned,
    promises=PROMISES,
    needs=NEEDS,
)
def own_allowance(check: Check) -> None:
    """Whose allowance it is follows from the credential, of whatever kind, and from nothing else.

    Neither from who registered the app that asks, nor from whose row or cursor is asked for. Asks
    with keys of each kind, with old and new ones, with tokens of apps of its own and of others,
    public and confidential, refreshed ones too, for each operation. What is no longer good, and
    what the token endpoint is sent, takes nothing.

    Source: the contract's `x-rate-limit` (`per`); RFC 6749 §1.1: who grants is the owner.
    Passes: a user grants an app of another workspace; with its token the user's workspace goes from
    57 to 56, and the other stays where it was.
    Fails: what an app asks for is charged to the workspace that registered it; a 404 to the one
    that has the row; the exchange of a code to the app's; a key that was revoked still spends.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    with control.frozen():
        # So far apart that no answer about one can be taken for one about the other.
        ours = _Account.opened(check, session.new_tenant(), 5)
        theirs = _Account.opened(check, session.new_tenant(), 1)
        _with_keys(check, ours)
        _asking_for_theirs(check, ours, theirs)
        if flow_of(check.contract) and not session.missing(Need.OAUTH):
            _with_tokens(check, ours, theirs)
        _with_what_ended(check, ours, control)
        ours.untouched("what spends nothing")
        theirs.untouched("what another workspace asked for")


def _with_keys(check: Check, ours: _Account) -> None:
    """Ask with a key of each kind, and with both of a rotation."""
    session, operation = check.session, limited_operations(check.contract)[0]
    secrets = [*kinds_of_keys(session, ours.tenant)]
    if session.control and rotating(check.contract) and not session.missing(Need.ROTATION):
        old = session.fresh_key(ours.tenant).secret
        secrets += [("the new key of a rotation", session.control.rotate(old))]
        secrets += [("a key that was rotated", old)]
    for what, secret in secrets:
        exchange = session.holding(secret, valid=False).call(operation, session.sample(operation))
        if exchange.status < 300:
            ours.spent(exchange, f"With {what}")


def _asking_for_theirs(check: Check, ours: _Account, theirs: _Account) -> None:
    """Ask for rows and later pages of another workspace, in vain, as it may do itself."""
    session = check.session
    for operation in limited_operations(check.contract):
        if is_list(operation) and not operation.in_location("path"):
            rules, sample = paging(operation), session.sample(operation)
            small = sample.asking((rules.size.parameter, "1")) if rules.size else sample
            page = read_page(theirs.owner, operation, small)
            theirs.spent(page.exchange, f"A first page of {operation.id}")
            asked = small.asking((rules.parameter, page.next or "x"))
            vain = ours.owner.call(operation, asked)
            ours.spent(vain, f"{operation.id} with another workspace's cursor")
            for detail in limited_operations(check.contract):
                if is_detail(detail) and list_of(check.contract, detail) == operation and page.rows:
                    row = session.sample(detail).at(
                        **{id_parameter(detail): identity(page.rows[0])}
                    )
                    ours.spent(ours.owner.call(detail, row), f"{detail.id} of another workspace")


def _with_tokens(check: Check, ours: _Account, theirs: _Account) -> None:
    """Ask with tokens that users of a workspace gave to its own app, and to others'."""
    session = check.session
    foreign = register(check, theirs.tenant)
    granted = foreign.tokens(tenant=ours.tenant)
    for operation in (*limited_operations(check.contract), *limited_writes(check.contract)):
        _spend_with(ours, granted.access, operation, "a token of another workspace's app")
    for what, secret, account in _tokens(check, foreign, granted.refresh, ours, theirs):
        _spend_with(account, secret, foreign.probe(), what)
    for operation in filter(partial(_tells, check), limited_writes(check.contract)[:1]):
        for scopes in filter(None, insufficient(foreign.flow, operation)):
            secret = foreign.tokens(scopes, tenant=ours.tenant).access
            refused = session.holding(secret).call(operation, session.sample(operation))
            left = ours.told(refused)[1]
            told = f"{ours.left} were left, and a token without the scope is told {left}."
            check.require(left in {ours.left, ours.left - 1}, told, refused)
            ours.left = left


def _spend_with(account: _Account, secret: str, operation: Operation, what: str) -> None:
    session = account.check.session
    who, sample = session.holding(secret), session.sample(operation)
    for method in ("", "HEAD") if is_safe(operation) else ("",):
        exchange = who.call(operation, sample, method=method)
        account.spent(exchange, f"{method or operation.method} of {operation.id} with {what}")


def _tokens(
    check: Check, foreign: App, refresh: str, ours: _Account, theirs: _Account
) -> Iterator[tuple[str, str, _Account]]:
    """Tokens of several kinds, in words, with the account that each is to draw from."""
    for number in range(2 if refresh else 0):
        tokens = tokens_of(foreign.refresh(refresh), "A refresh token")
        refresh = tokens.refresh
        yield f"a token of refresh {number + 1}", tokens.access, ours
    secretive = register(check, theirs.tenant, confidential=True)
    yield "a token of a confidential app", secretive.tokens(tenant=ours.tenant).access, ours
    yield "a token of an app of its own", register(check, ours.tenant).tokens().access, ours
    yield "an app's token of its maker's user", foreign.tokens().access, theirs


def _with_what_ended(check: Check, ours: _Account, control: Control) -> None:
    """Ask with what was good once, which spends nothing, and is told what strangers are."""
    session, operation = check.session, limited_operations(check.contract)[0]
    sample = session.sample(operation)
    stranger = session.holding(NOBODY, valid=False).call(operation, sample)
    key = session.fresh_key(ours.tenant)
    ours.spent(session.holding(key.secret).call(operation, sample), "With a second key")
    if not session.missing(Need.REVOKED):
        control.revoke(key)
        refused = session.holding(key.secret, valid=False).call(operation, sample)
        _told_as(ours, refused, stranger, "With a revoked key")
    flow = flow_of(check.contract)
    if flow and _tells(check, flow.token) and not session.missing(Need.OAUTH):
        _at_the_endpoints(check, ours, stranger)


def _at_the_endpoints(check: Check, ours: _Account, stranger: Exchange) -> None:
    """Ask for tokens, well and badly, and ask with one that was taken back."""
    session, operation = check.session, limited_operations(check.contract)[0]
    app = register(check, ours.tenant)
    code = app.code()
    tokens = tokens_of(app.redeem(code))
    _told_as(ours, tokens.exchange, stranger, "The exchange of a code")
    _told_as(ours, app.authorize(app.request()), stranger, "An authorization request")
    _told_as(ours, app.redeem(code), stranger, "The exchange of a used code")
    refused = session.holding(tokens.access, valid=False).call(operation, session.sample(operation))
    if refused.status == 401:
        _told_as(ours, refused, stranger, "With a token that was taken back")
    with_key = ("Authorization", f"Bearer {ours.secret}")
    _told_as(
        ours, app.post(app.redemption(code), with_key), stranger, "A key at the token endpoint"
    )


def _tells(check: Check, operation: Operation) -> bool:
    """Whether each documented answer of an operation says what remains."""
    limit = rate_limit(check.contract)
    name = limit.headers["remaining"] if limit else ""
    return all(name in {header.name for header in r.headers} for r in operation.responses)


def _told_as(ours: _Account, exchange: Exchange, stranger: Exchange, what: str) -> None:
    """Require that an answer tells of the allowance that is told to who is not known."""
    limit = rate_limit(ours.check.contract)
    told_by = limit.headers if limit else {}
    names = [told_by[part] for part in ("limit", "remaining") if part in told_by]
    shown = [[each.answer.header(name) for name in names] for each in (exchange, stranger)]
    told = f"{what} the answer tells {shown[0]}, and a stranger {shown[1]}."
    ours.check.require(shown[0] == shown[1], told, exchange)
