"""The pytest plugin: collects an item for each rule and operation, and runs it on a target.

`pytest conformance --api haleai --base-url http://127.0.0.1:8000/haleai/api/v1 -k PAG`
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from conformance import contract as contracts
from conformance import known_failures
from conformance import target as targets
from conformance.client import Unreachable
from conformance.contract import Contract
from conformance.judging import judge, not_applicable
from conformance.known_failures import GONE, KnownFailures, Standing
from conformance.launch import reference
from conformance.results import Result
from conformance.rule import Outcome, Rule
from conformance.rules import MODULES, catalogue, rules_of
from conformance.selection import Selection, selected
from conformance.session import Session, opened
from conformance.target import Target
from conformance.tenant_names import numbered, unheard_of
from generator.model import Operation

RULES = Path(__file__).with_name("rules")


@dataclass(slots=True)
class Run:
    """The contract under test, the rules that were chosen, and the session once it is open."""

    config: pytest.Config
    contract: Contract
    selection: Selection
    known: KnownFailures = field(default_factory=KnownFailures)
    stack: ExitStack = field(default_factory=ExitStack)
    _session: Session | None = None

    def session(self) -> Session:
        """The session, opened on first use.

        Ends the whole run with status 3 where the target does not answer.
        """
        if self._session is None:
            try:
                self._session = self.stack.enter_context(self._opened())
            except Unreachable as error:
                pytest.exit(str(error), returncode=3)
            except targets.ProfileError as error:
                pytest.exit(str(error), returncode=2)
        return self._session

    def _opened(self) -> AbstractContextManager[Session]:
        """A session with the target of the options, else with a server that is started for it."""
        seed, part = self.config.getoption("--seed"), self.selection.fuzzed(self.contract)
        named = _named(self.config)
        target = named or self.stack.enter_context(_started(self.config, self.contract))
        names = unheard_of() if named else numbered(seed)
        return opened(self.contract, target, seed=seed, fuzzing=part, names=names)

    @property
    def opened(self) -> Session | None:
        """The session, where a rule needed it."""
        return self._session

    @property
    def whole(self) -> bool:
        """Whether every rule runs on every operation."""
        return self.selection == Selection()

    def result(self, rule: Rule, operation: Operation | None) -> Result:
        """How a rule ends for an operation, and what the known failures say of it.

        What is not as listed is tried once more: an outcome that changes is flaky.
        """
        first = judge(rule, operation, self.session())
        if self.known.contradicts(first):
            again = judge(rule, operation, self.session())
            if again.outcome is not first.outcome:
                failed = first if first.outcome is Outcome.FAIL else again
                return replace(failed, standing=Standing.FLAKY)
        return replace(first, standing=self.known.standing(first))


RUN: pytest.StashKey[Run] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a conformance run."""
    group = parser.getgroup("conformance", "prove a server against its contract")
    group.addoption("--api", help="a folder of openapi/, or the path of a contract")
    group.addoption("--base-url", help="the server; without it the reference server is started")
    group.addoption("--target", help="a target profile, YAML or JSON")
    group.addoption("--rule", action="append", default=[], help="rules to run; !GLOB: not to run")
    group.addoption("--seed", type=int, default=1, help="of whatever is generated")
    group.addoption("--shard", default="1/1", help="I/N: the I-th of N even parts")
    group.addoption("--allow-writes", action="store_true", help="call operations that write")
    group.addoption("--allow-untestable", action="store_true", help="untestable does not fail")
    group.addoption("--known-failures", help="a file of failures that do not fail the run")
    group.addoption("--fault", action="append", default=[], help="planted in the reference server")


def pytest_configure(config: pytest.Config) -> None:
    """Read the contract and the options."""
    source = config.getoption("--api")
    if not source:
        return
    try:
        contract = contracts.load(source, Path.cwd())
    except (FileNotFoundError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error
    try:
        selection = selected(config.getoption("--rule"), config.getoption("--shard"), contract)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[RUN] = Run(config, contract, selection, _known(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the session and stop what was started."""
    if RUN in config.stash:
        config.stash[RUN].stack.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the modules of rules, once an API is named."""
    if file_path.parent == RULES and file_path.stem in MODULES and RUN in parent.config.stash:
        return cast(pytest.Collector, RuleFile.from_parent(parent, path=file_path))
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the families in their order: those that look at what was exchanged come last."""
    if RUN not in config.stash:
        return
    rules = catalogue(config.stash[RUN].contract)
    order = {rule.id: place for place, rule in enumerate(rules)}
    items.sort(key=lambda item: order.get(item.rule.id, 0) if isinstance(item, RuleItem) else -1)


class RuleFile(pytest.File):
    """One family."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each rule and what it applies to."""
        run = self.config.stash[RUN]
        for rule in rules_of(self.path.stem, run.contract):
            if not run.selection.chooses(rule):
                continue
            for subject in run.selection.of(rule, run.contract):
                name = f"{rule.id}[{subject.id if subject else run.contract.api.name}]"
                yield RuleItem.from_parent(self, name=name, rule=rule, subject=subject)
            if run.selection.is_first and not rule.subjects(run.contract):
                yield RuleItem.from_parent(self, name=rule.id, rule=rule, subject=None, idle=True)


class RuleItem(pytest.Item):
    """A rule and the operation that it looks at; `idle` where there is none for it."""

    def __init__(
        self, *, rule: Rule, subject: Operation | None, idle: bool = False, **rest: Any
    ) -> None:
        super().__init__(**rest)
        self.rule = rule
        self.subject = subject
        self.idle = idle

    def runtest(self) -> None:
        """Run the rule and tell pytest how it ended."""
        run = self.config.stash[RUN]
        if self.idle:
            result = not_applicable(self.rule, run.contract)
        else:
            result = run.result(self.rule, self.subject)
        self.user_properties.extend(result.properties())
        lenient = self.config.getoption("--allow-untestable")
        if is_bad(result) or (result.outcome is Outcome.UNTESTABLE and not lenient):
            raise NotProvedError(result)
        if result.outcome not in {Outcome.PASS, Outcome.WARN}:
            pytest.skip(f"{result.outcome}: {result.message}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What failed, where and why, without a traceback."""
        if isinstance(excinfo.value, NotProvedError):
            return explained(excinfo.value.result)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the rule stands."""
        return self.path, self.rule.test.__code__.co_firstlineno - 1, self.name


def is_bad(result: Result) -> bool:
    """Whether a result fails the run: a failure that is not forgiven, or one that is gone."""
    if result.standing == Standing.STALE:
        return True
    return result.outcome is Outcome.FAIL and result.standing == Standing.PLAIN


class NotProvedError(Exception):
    """A rule failed, or could not be tested."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"{result.rule} {result.operation}: {result.message}")
        self.result = result


def explained(result: Result) -> str:
    """A failure as people read it."""
    lines = [
        f"{result.rule} {result.title}",
        *([f"  {GONE}"] if result.standing == Standing.STALE else []),
        f"  {result.operation or 'the API as a whole'}  ({result.location})",
        f"  {result.message}",
        f"  promises: {', '.join(result.promises) or 'none of the documentation'}",
    ]
    lines += [f"  {result.curl}"] if result.curl else []
    lines += [f"  | {line}" for line in result.answer.splitlines()]
    return "\n".join(lines)


def _named(config: pytest.Config) -> Target | None:
    """The target of the options; None where they name none."""
    url, profile = config.getoption("--base-url"), config.getoption("--target")
    return targets.named(url, profile, writes=config.getoption("--allow-writes"))


def _started(config: pytest.Config, contract: Contract) -> AbstractContextManager[Target]:
    """The reference server, for as long as the run lasts."""
    return reference(contract.api.name, faults=config.getoption("--fault"))


def _known(config: pytest.Config) -> KnownFailures:
    """The known failures of the options; none where the file is still to be written."""
    file = config.getoption("--known-failures")
    if not file or not Path(file).exists():
        return KnownFailures()
    try:
        return known_failures.read(Path(file))
    except known_failures.KnownFailuresError as error:
        raise pytest.UsageError(str(error)) from error
