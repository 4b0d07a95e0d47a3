"""Run beside a generated Python package: what it has, and what becomes of values in it.

`python -m tests.gauntlet.python_probe PACKAGE` reads cases from standard input and prints what it
found, both as JSON. It imports the package and calls it as a user would, with a transport that
answers from the cases.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import sys
import typing
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import httpx2
import msgspec

from tests.gauntlet.sameness import difference
from tests.gauntlet.typed_values import restored, unknown_in


class _Note:
    """Stands in for a caller, and only notes which operation it is asked for."""

    def __init__(self) -> None:
        self.operation: Any = None

    def execute(self, operation: Any, *_: Any) -> Any:
        self.operation = operation

    paginate = stream = execute


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the client: its resource, its name, and the operation that it calls."""

    resource: Any
    name: str
    operation: Any

    @property
    def key(self) -> tuple[str, str]:
        return self.operation.method, self.operation.path


@dataclass(slots=True)
class Tally:
    """How many were tried, and what went wrong, the first of each kind."""

    tried: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def note(self, fault: str, where: str) -> None:
        self.tried += 1
        if fault:
            self.faults[f"{where}: {fault}"] += 1


@dataclass
class Probe:
    """One package, and a transport whose next answer and last request are at hand."""

    package: ModuleType
    answer: httpx2.Response = field(default_factory=lambda: httpx2.Response(204))
    asked: httpx2.Request | None = None
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        http = httpx2.Client(transport=httpx2.MockTransport(self._answer))
        kind = next(
            each
            for name in self.package.__all__
            if isinstance(each := getattr(self.package, name), type)
            and issubclass(each, self.runtime("sync_client").SyncClient)
        )
        given = {
            name: ("user", "secret") if "tuple" in str(parameter.annotation) else "secret"
            for name, parameter in inspect.signature(kind).parameters.items()
            if str(parameter.annotation).startswith(("Secret", "tuple"))
        }
        self.client = kind(**given, base_url="https://api.test", max_retries=0, http_client=http)

    def runtime(self, name: str) -> Any:
        return importlib.import_module(f"{self.package.__name__}._runtime.{name}")

    @cached_property
    def methods(self) -> list[Method]:
        """Every method of every resource, with what it calls."""
        return [*self._methods(self.client)]

    def sent(self, method: Method, arguments: Mapping[str, Any]) -> Any:
        """The body of the request that a call makes, as JSON; an empty one where there is none."""
        getattr(method.resource.with_raw_response, method.name)(**arguments)
        return json.loads((self.asked and self.asked.content) or "{}")

    def response(self, method: Method, status: int, body: Any) -> Any:
        """The response to a call, which the API answers with this."""
        text = json.dumps(body)
        self.answer = httpx2.Response(
            status, text=text, headers={"content-type": "application/json"}
        )
        return getattr(method.resource.with_raw_response, method.name)(**self.needed(method))

    def needed(self, method: Method) -> dict[str, Any]:
        """Something for every argument that a method cannot do without."""
        signature = inspect.signature(getattr(method.resource, method.name))
        return {
            name: self._something(method.operation, name)
            for name, parameter in signature.parameters.items()
            if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        }

    def _something(self, operation: Any, name: str) -> Any:
        body = operation.body
        if body is None or name != "body":
            return "1"
        kind = body.media.partition(";")[0]
        return {} if "form" in kind or kind.endswith("json") else b"1"

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked = request
        return self.answer

    def _methods(self, holder: Any) -> Iterator[Method]:
        for name in dir(type(holder)):
            member = inspect.getattr_static(type(holder), name)
            if name.startswith("_") or name in ("with_raw_response", "rate_limit"):
                continue
            if isinstance(member, cached_property | property):
                below = getattr(holder, name)
                if ".resources." in type(below).__module__:
                    yield from self._methods(below)
            elif inspect.isfunction(member) and ".resources." in type(holder).__module__:
                yield Method(holder, name, self._called(holder, name))

    def _called(self, resource: Any, name: str) -> Any:
        note = _Note()
        noting = type(resource)(note)
        method = getattr(noting, name)
        parameters = inspect.signature(method).parameters.values()
        method(
            **{
                each.name: None
                for each in parameters
                if each.default is each.empty and each.kind is not each.VAR_KEYWORD
            }
        )
        return note.operation


def main() -> None:
    """Read the cases, try them, print what came of them."""
    warnings.simplefilter("ignore", DeprecationWarning)
    cases = json.load(sys.stdin)
    probe = Probe(importlib.import_module(sys.argv[1]))
    by_key: dict[tuple[str, str], Method] = {}
    for method in probe.methods:
        if method.operation.events is None:
            by_key.setdefault(method.key, method)
    found = {
        "methods": sorted({method.key for method in probe.methods}),
        "schemas": schemas(probe, cases["schemas"]),
        "bodies": bodies(probe, by_key, cases["bodies"]),
        "answers": answers(probe, by_key, cases["answers"]),
        "survival": survival(probe, by_key, cases["survival"]),
    }
    print(json.dumps(found))


def schemas(probe: Probe, cases: list[dict[str, Any]]) -> Any:
    """JSON → model → JSON and model → JSON → model, for the types of named schemas."""
    values, tally = probe.runtime("values"), Tally()
    for case in cases:
        kind = getattr(probe.package.types, case["type"])
        kind = typing.Optional[kind] if case["nullable"] else kind  # noqa: UP045  may be a text
        for instance in case["instances"]:
            tally.note(_round_trip(values, kind, instance), case["schema"])
    return _told(tally, len(cases))


def _tried(
    by_key: Mapping[Any, Method], cases: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], Method, Any]]:
    """Each instance of the cases that there is a method for, with both."""
    for case in cases:
        method = by_key.get((case["method"], case["path"]))
        if method is not None:
            yield from ((case, method, instance) for instance in case["instances"])


def bodies(probe: Probe, by_key: Mapping[Any, Method], cases: list[dict[str, Any]]) -> Any:
    """What is sent for a body that was read into the types of a method's arguments."""
    tally = Tally()
    probe.answer = httpx2.Response(204)
    for case, method, instance in _tried(by_key, cases):
        where = f"{case['method']} {case['path']} asked"
        media = method.operation.body.media
        trip = _body_trip if "json" in media or media == "*/*" else _form_trip
        tally.note(trip(probe, method, instance, set(case["unsent"])), where)
    return _told(tally, len(cases))


def answers(probe: Probe, by_key: Mapping[Any, Method], cases: list[dict[str, Any]]) -> Any:
    """What is read from an answer as the document has it, and nothing of it unrecognised."""
    tally = Tally()
    for case, method, instance in _tried(by_key, cases):
        where = f"{case['method']} {case['path']} {case['status']}"
        tally.note(_answer_trip(probe, method, case["status"], instance, known=True), where)
    return _told(tally, len(cases))


def survival(probe: Probe, by_key: Mapping[Any, Method], cases: list[dict[str, Any]]) -> Any:
    """The same with members and words that the document does not know, and unknown statuses."""
    tally = Tally()
    for case, method, instance in _tried(by_key, cases):
        where = f"{case['method']} {case['path']} {case['status']} surprising"
        tally.note(_answer_trip(probe, method, case["status"], instance, known=False), where)
    for method in by_key.values():
        where = f"{method.operation.method} {method.operation.path}"
        tally.note(_unknown_error(probe, method), f"{where} 529")
        tally.note(_unknown_success(probe, method), f"{where} 299")
    return _told(tally, len(cases))


def _told(tally: Tally, cases: int) -> Any:
    return {"cases": cases, "tried": tally.tried, "faults": dict(tally.faults)}


def _round_trip(values: Any, kind: Any, instance: Any) -> str:
    try:
        value = values.decode(json.dumps(instance).encode(), kind)
        text = values.encode(value)
        again = values.decode(text, kind)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    told = difference(instance, json.loads(text))
    return told or ("" if again == value else "read again, it is another value")


def _body_trip(probe: Probe, method: Method, instance: Any, unsent: set[str]) -> str:
    values = probe.runtime("values")
    hints = typing.get_type_hints(getattr(type(method.resource), method.name))
    members = method.operation.body.members
    fixed: set[str] = set()
    if members is not None:
        fixed = {wire for name, wire in members.items() if name not in hints}
        instance = _without(instance, fixed | (unsent - set(members.values())))
    try:
        if members is None:
            given = {"body": values.convert(instance, _settled(hints["body"]))}
        else:
            given = {
                name: values.convert(instance[wire], _settled(hints[name]))
                for name, wire in members.items()
                if wire in instance
            }
            others = instance.keys() - set(members.values())
            given["extra_body"] = {name: instance[name] for name in others}
        told = probe.sent(method, {**probe.needed(method), **given})
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return difference(instance, _without(told, fixed))


def _form_trip(probe: Probe, method: Method, instance: Any, unsent: set[str]) -> str:
    """What is wrong with what is sent of a form, a text or bytes."""
    body, values = method.operation.body, probe.runtime("values")
    hints = typing.get_type_hints(getattr(type(method.resource), method.name))
    members, told = body.members or {"body": "body"}, instance
    if body.members is None:
        told = {"body": instance}
    try:
        given = {
            name: _given(values, hints[name], told[wire])
            for name, wire in members.items()
            if name in hints and wire in told.keys() - unsent
        }
        call = getattr(method.resource.with_raw_response, method.name)
        call(**{**probe.needed(method), **given})
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    asked = probe.asked
    kind = asked.headers.get("content-type", "") if asked and asked.content else body.media
    return "" if kind.startswith(body.media.partition(";")[0].lower()) else f"it is sent as {kind}"


def _given(values: Any, hint: Any, instance: Any) -> Any:
    """An argument: a file, or what of the instance is of the type."""
    told = str(hint)
    if "tuple[str, bytes" in told:
        return [b"1"] if "Sequence" in told else b"1"
    return (
        "1"
        if {str, bytes} <= {*typing.get_args(hint)}
        else values.convert(instance, _settled(hint))
    )


def _without(value: Any, names: set[str]) -> Any:
    if not names or not isinstance(value, dict):
        return value
    return {name: member for name, member in value.items() if name not in names}


def _settled(hint: Any) -> Any:
    """A type without `Unset`, which stands for no argument."""
    parts = [part for part in typing.get_args(hint) if part is not msgspec.UnsetType]
    if len(parts) == len(typing.get_args(hint)):
        return hint
    return typing.Union[tuple(parts)]  # noqa: UP007  made of a list


def _answer_trip(probe: Probe, method: Method, status: int, instance: Any, *, known: bool) -> str:
    try:
        response = probe.response(method, status, instance)
        value = response.parse()
        told = difference(instance, restored(value, response))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if not told and known and (where := unknown_in(value)):
        return f"{where} is documented, and yet Unknown"
    return told or difference(instance, response.json())


def _unknown_error(probe: Probe, method: Method) -> str:
    body = {"unheard_of": {"deep": [1]}}
    try:
        probe.response(method, 529, body)
    except probe.package.APIStatusError as error:
        kept = error.status_code == 529 and error.response.json() == body
        return "" if kept else "status or body of an unknown error is lost"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "an unknown error is no error"


def _unknown_success(probe: Probe, method: Method) -> str:
    body = {"unheard_of": {"deep": [1]}}
    try:
        response = probe.response(method, 299, body)
        with contextlib.suppress(probe.package.APIResponseValidationError):
            response.parse()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "" if response.status_code == 299 and response.json() == body else "the body is lost"


if __name__ == "__main__":
    main()
