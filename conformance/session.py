"""One run against one target: who can call, what is there, what was exchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conformance import sample as samples
from conformance import survey
from conformance.caller import Caller, Credential, Fixed, Minted, Nobody, Paced, Refilled
from conformance.client import Client
from conformance.contract import Contract
from conformance.control import Control, Key
from conformance.exchange import Exchange, Redactor
from conformance.fuzzing import EVERYTHING, Fuzzed, Part
from conformance.ledger import Ledger
from conformance.needs import missing
from conformance.rule import Need, Untestable, Violation
from conformance.sample import Sample
from conformance.target import Target
from conformance.tenant_names import unheard_of
from conformance.vocabulary import collection, created_by, is_list, parent_of, rate_limit
from conformance.walk import Row, Walk, identity, read_page, walk
from generator.model import Operation

T = TypeVar("T")

DOCUMENTED_TENANT = "acme"
ROWS = 450
SOME_ROWS = 40
FEW_ROWS = 5
MOST_PAGES = 60
LOWER_TIERS = ("team", "team_plus")
"""The plans of keys that may not call the API."""


@dataclass(slots=True)
class Session:
    """What rules share: callers, the rows that are there, and every exchange so far."""

    contract: Contract
    target: Target
    client: Client
    control: Control | None = None
    seed: int = 1
    fuzzing: Part = EVERYTHING
    names: Iterator[str] = field(default_factory=unheard_of, repr=False)
    """What tenants of the run are called that are yet to be made."""
    provoked: set[int] = field(default_factory=set)
    """Numbers of the exchanges in which the control plane was told to let the server fail."""
    _tenants: dict[str, str] = field(default_factory=dict, repr=False)
    _callers: dict[str, Caller] = field(default_factory=dict, repr=False)
    _walks: dict[tuple[str, int], tuple[Caller, Walk]] = field(default_factory=dict, repr=False)
    _surveyed: set[str] = field(default_factory=set, repr=False)
    _places: dict[tuple[int, str, str], tuple[Caller, str]] = field(
        default_factory=dict, repr=False
    )
    _homes: dict[int, tuple[Caller, str]] = field(default_factory=dict, repr=False)
    _told: Mapping[str, str] | None = field(default=None, repr=False)
    _fuzzed: Fuzzed | None = field(default=None, repr=False)
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

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

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What rules share and is made once a run, by its name."""
        if name not in self._made:
            self._made[name] = make()
        made: T = self._made[name]
        return made

    def holding(self, token: str, *, valid: bool = True) -> Caller:
        """A party that sends this token, as often as asked."""
        self.client.redactor.learn(token)
        return self._as(Fixed(token), valid=valid)

    def other_name(self) -> str:
        """What the tenant of the other party is called; a guess where a profile names only keys."""
        return self._tenant("other_tenant") if self.control else "globex"

    def of_tenant(self, tenant: str) -> Caller:
        """A party of a tenant of the control plane, with keys of its own."""
        control, limit = self._control(), rate_limit(self.contract)

        def mint() -> str:
            return control.mint(tenant).secret

        def refill() -> None:
            control.advance(limit.window if limit else 0)

        shared = limit is not None and limit.per != "key"
        allowance = self._allowance()
        caller = self._as(Refilled(mint, allowance, refill) if shared else Minted(mint, allowance))
        self._homes[id(caller)] = (caller, tenant)
        return caller

    def key(self, part: str = "default", **options: str) -> Key:
        """A fresh key of the tenant of the default party, or of another part.

        Raises Untestable without a control plane.
        """
        return self._control().mint(self._tenant(part), **options)

    def fresh_key(self, tenant: str, **options: str) -> Key:
        """A fresh key of a tenant of the control plane; raises Untestable without one."""
        return self._control().mint(tenant, **options)

    def tenant(self) -> str:
        """The tenant of the default party; raises Untestable without a control plane."""
        return self._tenant("default")

    def new_tenant(self) -> str:
        """A tenant that nobody else calls, with a few rows."""
        name = next(self.names)
        self._control().seed(name, FEW_ROWS)
        return name

    def token(self) -> str:
        """A good token of the default tenant, once its rate limit lets it be used again."""
        if self.control:
            return self.key().secret
        return self.caller().credential.take() or ""

    def revoked(self, **options: str) -> Caller:
        """A party whose credential was good once, and is revoked.

        With a control plane, a key that is made with these options.
        """
        if self.control is None:
            return self.holding(self.target.credentials["revoked"], valid=False)
        key = self.key(**options)
        first = next(op for op in self.contract.api.operations)
        self.holding(key.secret).call(first, self.sample(first))
        self.control.revoke(key)
        return self.holding(key.secret, valid=False)

    def lower_tiers(self) -> Iterator[tuple[str, Caller]]:
        """Parties whose plan is too low, with the name of the plan."""
        if self.control is None:
            yield "lower_tier", self.holding(self.target.credentials["lower_tier"])
            return
        for tier in LOWER_TIERS:
            yield tier, self.holding(self.key(tier=tier).secret)

    def sample(self, operation: Operation, who: Caller | None = None) -> Sample:
        """The smallest request of an operation that should succeed for a party.

        Ids in its path are those of rows that the party has, the default party where none is given.
        """
        if self.missing(Need.CREDENTIAL):
            return samples.of(operation, self.target.fixtures)
        caller = who or self.caller()
        found = {
            parameter.name: self._place(operation, parameter.name, caller)
            for parameter in operation.in_location("path")
        }
        return samples.of(operation, {**self._facts(), **found, **self.target.fixtures})

    def census(self, operation: Operation, caller: Caller | None = None) -> Walk:
        """All rows of a list that a party sees, at the largest page; read once a run."""
        who = caller or self.caller()
        key = (operation.id, id(who))
        if key not in self._walks:
            self._walks[key] = (who, self.walk(operation, who, size=self.largest(operation)))
        return self._walks[key][1]

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
        sample = self.sample(operation, caller)
        return walk(caller, operation, sample, size=size, query=query, most=most)

    def largest(self, operation: Operation) -> int | None:
        """The largest page size of a list, where one is documented."""
        paging = operation.pagination
        return paging.size.maximum if paging and paging.size else None

    def ledger(self, operation: Operation, rows: int, *, tenant: str = "") -> Ledger:
        """A tenant of its own whose rows are known, all made at one moment; called so, if asked.

        Raises Untestable where the control plane cannot insert rows.
        """
        if reason := self.missing(Need.ROWS):
            raise Untestable(reason)
        control, tenant = self._control(), tenant or next(self.names)
        if not control.keeps(collection(operation)):
            raise Untestable(f"The control plane inserts no rows of {collection(operation)}.")
        control.seed(tenant, 0)
        caller = self.of_tenant(tenant)
        ledger = Ledger(control, operation, tenant, caller, self._made_place(operation, tenant))
        for name, id_ in ledger.place.items():
            self._places[id(caller), operation.path, name] = (caller, id_)
        before = walk(caller, operation, self.sample(operation, caller)).ids
        ledger.start_with(before)
        if rows:
            with control.frozen():
                ledger.insert(rows)
        return ledger

    def _made_place(self, operation: Operation, tenant: str) -> dict[str, str]:
        """A row for each path parameter, made for a list to be of."""
        made = {}
        for parameter in operation.in_location("path"):
            parent = parent_of(self.contract, operation, parameter.name)
            if parent is None:
                raise Untestable(f"There is no list to make a {parameter.name} in.")
            (made[parameter.name],) = self._control().insert(tenant, collection(parent), 1)
        return made

    @property
    def requests(self) -> int:
        """How many requests were sent, generated ones included."""
        return len(self.client.exchanges)

    def survey(self, operation: Operation) -> tuple[Exchange, ...]:
        """Every exchange of an operation so far, after one of each kind was made.

        Raises Untestable, each time, where not all of them can be.
        """
        self._take(operation.id, lambda: survey.take(self, operation))
        return tuple(self._direct(operation.id))

    def strays(self) -> tuple[Exchange, ...]:
        """Every exchange below the base URL that was not meant for an operation."""
        self._take("", lambda: survey.stray(self))
        base = self.target.base_url
        return tuple(e for e in self._direct("") if e.request.url.startswith(base))

    def _take(self, name: str, take: Callable[[], None]) -> None:
        if name in self._surveyed:
            return
        self._surveyed.add(name)
        try:
            take()
        except Untestable:
            self._surveyed.discard(name)
            raise

    def _direct(self, operation: str) -> Iterator[Exchange]:
        """Every answer of an operation, or none, to what did not pretend to come through a proxy.

        What a server says to those is of the transport, whose rules judge it.
        """
        for exchange in self.client.meant_for(operation):
            if exchange.status and not exchange.proxied:
                yield exchange

    def fuzzed(self) -> Fuzzed:
        """What Schemathesis finds; run once."""
        if self._fuzzed is None:
            from conformance.fuzzing.running import fuzz  # noqa: PLC0415 - it is slow to load

            owner = self.caller().credential
            peer = None if self.missing(Need.SECOND_TENANT) else self.other().credential
            base = self.target.base_url
            self._fuzzed = fuzz(
                self.contract, self.client, base, owner, peer, part=self.fuzzing, seed=self.seed
            )
        return self._fuzzed

    def _facts(self) -> Mapping[str, str]:
        """What the control plane says of the default tenant, such as the id of its organization."""
        if self._told is None:
            self._told = self.key().told if self.control else {}
        return self._told

    def _place(self, operation: Operation, name: str, who: Caller) -> str:
        """The id of a row that a party has, for a path parameter; empty where none is known.

        What is to be deleted is not one that other rules look at.
        """
        parent = parent_of(self.contract, operation, name)
        if parent is None or operation.method.upper() == "DELETE":
            return ""
        key = (id(who), operation.path, name)
        if key not in self._places:
            self._places[key] = (who, self._found(operation, name, parent, who))
        return self._places[key][1]

    def _found(self, operation: Operation, name: str, parent: Operation, who: Caller) -> str:
        rows: tuple[Row, ...] = read_page(who, parent, self.sample(parent, who)).rows
        ids = [identity(row) for row in rows]
        if not is_list(operation):
            return ids[0] if ids else ""
        counted = [(self._children(operation, name, id_, who), -n) for n, id_ in enumerate(ids)]
        if not counted:
            return ""
        most, place = max(counted)
        chosen = ids[-place]
        home = self._homes.get(id(who), (who, ""))[1]
        if home and most < FEW_ROWS and self._control().keeps(collection(operation)):
            self._control().insert(home, collection(operation), SOME_ROWS, {name: chosen})
        return chosen

    def _children(self, operation: Operation, name: str, id_: str, who: Caller) -> int:
        """How many rows the first page has of a list that is of a row."""
        sample = samples.of(operation, {name: id_})
        return len(read_page(who, operation, sample, size=self.largest(operation)).rows)

    def _tenant(self, part: str) -> str:
        """The tenant of a part: made, with rows, on first use."""
        if part not in self._tenants:
            name = next(self.names)
            self._control().seed(name, ROWS)
            self._tenants[part] = name
        return self._tenants[part]

    def _party(self, part: str, tenant: str) -> Caller:
        if part not in self._callers:
            self._callers[part] = self.of_tenant(tenant) if self.control else self._listed(part)
            if self.control and tenant != DOCUMENTED_TENANT:
                self._populate(self._callers[part])
        return self._callers[part]

    def _populate(self, who: Caller) -> None:
        """Give a party rows in the lists that have none, else by the API itself."""
        control, home = self._control(), self._homes[id(who)][1]
        for listed in filter(is_list, self.contract.api.operations):
            if listed.in_location("path"):
                continue
            if control.keeps(collection(listed)):
                if not self.missing(Need.ROWS):
                    self._fill(listed, who, home)
            elif self.target.writes and (creating := created_by(self.contract, listed)):
                for _ in range(2 * FEW_ROWS):
                    with suppress(Violation):
                        who.call(creating, samples.of(creating, {}))

    def _fill(self, listed: Operation, who: Caller, tenant: str) -> None:
        """Put rows into a list of a tenant that has hardly any."""
        page = read_page(who, listed, self.sample(listed, who))
        if len(page.rows) < FEW_ROWS:
            self._control().insert(tenant, collection(listed), SOME_ROWS)

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
def opened(
    contract: Contract,
    target: Target,
    *,
    seed: int = 1,
    fuzzing: Part = EVERYTHING,
    names: Iterator[str] | None = None,
) -> Iterator[Session]:
    """A session with a target that answers; `names` are those of the tenants that it makes.

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
        yield Session(contract, target, client, control, seed, fuzzing, names=names or unheard_of())
    finally:
        client.close()
