"""One run against one target: who can call, what is there, what was exchanged."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from conformance import sample as samples
from conformance import survey
from conformance.caller import Caller, Credential, Fixed, Minted, Nobody, Paced
from conformance.client import Client
from conformance.contract import Contract
from conformance.control import Control, Key
from conformance.exchange import Exchange, Redactor
from conformance.fuzzing import Fuzzed, fuzz
from conformance.ledger import Ledger
from conformance.needs import missing
from conformance.rule import Need, Untestable
from conformance.sample import Sample
from conformance.target import Target
from conformance.vocabulary import id_parameter, is_detail, list_of, rate_limit
from conformance.walk import Row, Walk, identity, read_page, walk
from generator.model import Operation

DOCUMENTED_TENANT = "acme"
ROWS = 450
MOST_PAGES = 60


@dataclass(slots=True)
class Session:
    """What rules share: callers, the rows that are there, and every exchange so far."""

    contract: Contract
    target: Target
    client: Client
    control: Control | None = None
    seed: int = 1
    _tenants: dict[str, str] = field(default_factory=dict, repr=False)
    _callers: dict[str, Caller] = field(default_factory=dict, repr=False)
    _walks: dict[tuple[str, str], Walk] = field(default_factory=dict, repr=False)
    _surveyed: set[str] = field(default_factory=set, repr=False)
    _ids: dict[str, str] = field(default_factory=dict, repr=False)
    _fuzzed: Fuzzed | None = field(default=None, repr=False)

    def missing(self, need: Need) -> str:
        """What a rule needs and the target lacks, as a sentence; empty where it is there."""
        offers = self.control.offers if self.control else None
        return missing(need, self.target, offers) if offers else missing(need, self.target)

    def caller(self) -> Caller:
        """The party that most rules call as.

        With a control plane it is of a tenant of this run's own, so that nobody else changes its
        rows; else the profile's default credential.
        """
        return self._party("default", self._tenant("default") if self.control else "")

    def documented(self) -> Caller:
        """The party that the documentation's calls are made as: sees the documented rows."""
        return self._party("documented" if self.control else "default", DOCUMENTED_TENANT)

    def other(self) -> Caller:
        """A party of another tenant."""
        return self._party("other_tenant", self._tenant("other_tenant") if self.control else "")

    def nobody(self) -> Caller:
        """A party without a credential."""
        return self._as(Nobody(), valid=False)

    def holding(self, token: str, *, valid: bool = True) -> Caller:
        """A party that sends this token, as often as asked."""
        self.client.redactor.learn(token)
        return self._as(Fixed(token), valid=valid)

    def other_name(self) -> str:
        """What the tenant of the other party is called; a guess where a profile names only keys."""
        return self._tenant("other_tenant") if self.control else "globex"

    def inputs(self) -> dict[str, str]:
        """What workflows may speak of as `$inputs`: the API, and its tenants where it has any."""
        if self.control is None:
            return {"api": self.contract.api.name}
        names = {part: self._tenant(part) for part in ("default", "other_tenant")}
        return {
            "api": self.contract.api.name,
            "tenant": names["default"],
            "other_tenant": names["other_tenant"],
        }

    def of_tenant(self, tenant: str) -> Caller:
        """A party of a tenant of the control plane, with keys of its own."""
        control = self._control()
        return self._as(Minted(lambda: control.mint(tenant).secret, self._allowance()))

    def key(self, part: str = "default", **options: str) -> Key:
        """A fresh key of the tenant of the default party, or of another part.

        Raises Untestable without a control plane.
        """
        return self._control().mint(self._tenant(part), **options)

    def token(self) -> str:
        """A good token of the default tenant."""
        if self.control:
            return self.key().secret
        return self.target.credentials["default"]

    def revoked(self) -> Caller:
        """A party whose credential was good once, and is revoked."""
        if self.control is None:
            return self.holding(self.target.credentials["revoked"], valid=False)
        key = self.key()
        first = next(op for op in self.contract.api.operations)
        self.holding(key.secret).call(first, self.sample(first))
        self.control.revoke(key)
        return self.holding(key.secret, valid=False)

    def lower_tiers(self) -> Iterator[tuple[str, Caller]]:
        """Parties whose plan is too low, with the name of the plan."""
        if self.control is None:
            yield "lower_tier", self.holding(self.target.credentials["lower_tier"])
            return
        for tier in ("team", "team_plus"):
            yield tier, self.holding(self.key(tier=tier).secret)

    def sample(self, operation: Operation) -> Sample:
        """The smallest request of an operation that should succeed for the default tenant."""
        found = {
            parameter.name: self._existing(operation, parameter.name)
            for parameter in operation.in_location("path")
        }
        return samples.of(operation, found)

    def census(self, operation: Operation, caller: Caller | None = None) -> Walk:
        """All rows of a list that a party sees, at the largest page; read once a run."""
        who = caller or self.caller()
        key = (operation.id, str(id(who)))
        if key not in self._walks:
            self._walks[key] = self.walk(operation, who, size=self.largest(operation))
        return self._walks[key]

    def whole_census(self, operation: Operation) -> Walk:
        """The census, where the list was walked to its end.

        Raises Untestable where it is longer than a run reads, or empty.
        """
        found = self.census(operation)
        if not found.complete:
            raise Untestable(
                f"{operation.id} has more than {len(found.rows)} rows: too many to read."
            )
        if not found.rows:
            raise Untestable(f"{operation.id} has no rows to look at.")
        return found

    def walk(
        self,
        operation: Operation,
        caller: Caller,
        *,
        size: int | None = None,
        query: tuple[tuple[str, str], ...] = (),
        most: int = MOST_PAGES,
    ) -> Walk:
        """Walk a list as a party."""
        return walk(caller, operation, self.sample(operation), size=size, query=query, most=most)

    def largest(self, operation: Operation) -> int | None:
        """The largest page size of a list, where one is documented."""
        paging = operation.pagination
        return paging.size.maximum if paging and paging.size else None

    def ledger(self, operation: Operation, rows: int) -> Ledger:
        """A tenant of its own whose rows are known, all made at one moment.

        Raises Untestable where the control plane cannot insert rows.
        """
        if reason := self.missing(Need.ROWS):
            raise Untestable(reason)
        control, tenant = self._control(), f"conformance-{secrets.token_hex(4)}"
        control.seed(tenant, 0)
        ledger = Ledger(control, operation, tenant, self.of_tenant(tenant))
        before = walk(ledger.caller, operation, self.sample(operation)).ids
        ledger.start_with(before)
        if rows:
            with control.frozen():
                ledger.insert(rows)
        return ledger

    @property
    def requests(self) -> int:
        """How many requests were sent, generated ones included."""
        return len(self.client.exchanges) + (self._fuzzed.requests if self._fuzzed else 0)

    def survey(self, operation: Operation) -> tuple[Exchange, ...]:
        """Every exchange of an operation so far, after one of each kind was made."""
        if operation.id not in self._surveyed:
            self._surveyed.add(operation.id)
            survey.take(self, operation)
        return tuple(e for e in self.client.exchanges if e.operation == operation.id and e.status)

    def strays(self) -> tuple[Exchange, ...]:
        """Every exchange below the base URL that was not meant for an operation."""
        if "" not in self._surveyed:
            self._surveyed.add("")
            survey.stray(self)
        base = self.target.base_url
        return tuple(
            e
            for e in self.client.exchanges
            if not e.operation and e.request.url.startswith(base) and e.status
        )

    def fuzzed(self) -> Fuzzed:
        """What Schemathesis finds; run once."""
        if self._fuzzed is None:
            credential = self.caller().credential
            self._fuzzed = fuzz(self.contract, self.target.base_url, credential, seed=self.seed)
        return self._fuzzed

    def _existing(self, operation: Operation, name: str) -> str:
        if name in self.target.fixtures:
            return self.target.fixtures[name]
        listed = list_of(self.contract, operation) if is_detail(operation) else None
        if listed is None or id_parameter(operation) != name:
            return ""
        if operation.id not in self._ids:
            self._ids[operation.id] = self._first_id(listed)
        return self._ids[operation.id]

    def _first_id(self, listed: Operation) -> str:
        if self.missing(Need.CREDENTIAL):
            return ""
        page = read_page(self.caller(), listed, self.sample(listed))
        rows: tuple[Row, ...] = page.rows
        return identity(rows[0]) if rows else ""

    def _tenant(self, part: str) -> str:
        """The tenant of a part: made, with rows, on first use."""
        if part not in self._tenants:
            name = f"conformance-{secrets.token_hex(4)}"
            self._control().seed(name, ROWS)
            self._tenants[part] = name
        return self._tenants[part]

    def _party(self, part: str, tenant: str) -> Caller:
        if part not in self._callers:
            self._callers[part] = self.of_tenant(tenant) if self.control else self._listed(part)
        return self._callers[part]

    def _listed(self, part: str) -> Caller:
        token = self.target.credentials.get(part)
        if token is None:
            raise Untestable(f"The profile has no credential named {part}.")
        limit = rate_limit(self.contract)
        credential: Credential = Paced(token, limit) if limit else Fixed(token)
        return self._as(credential)

    def _as(self, credential: Credential, *, valid: bool = True) -> Caller:
        return Caller(self.client, self.target.base_url, credential, valid)

    def _allowance(self) -> int:
        limit = rate_limit(self.contract)
        return max(limit.burst - 4, 1) if limit else 1_000_000

    def _control(self) -> Control:
        if self.control is None:
            raise Untestable(self.missing(Need.CONTROL))
        return self.control


@contextmanager
def opened(contract: Contract, target: Target, *, seed: int = 1) -> Iterator[Session]:
    """A session with a target that answers.

    Raises Unreachable where it does not.
    """
    redactor = Redactor()
    for secret in target.secrets:
        redactor.learn(secret)
    client = Client(redactor, target.budget, verify=target.verify)
    try:
        client.reach(target.base_url)
        control = (
            Control(client, target.control, target.control_token, contract.api.name)
            if target.control
            else None
        )
        yield Session(contract, target, client, control, seed)
    finally:
        client.close()
