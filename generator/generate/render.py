"""One contract → the text of every file that follows from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generator.contracts import Contract
from generator.document import Finding, Severity, Specification, load
from generator.document.bundling import bundled
from generator.document.lint import style, validity
from generator.document.lint.subject import Subject
from generator.document.lowering import lower
from generator.generate.tree import checked
from generator.model.builder import Built, build
from generator.targets import TargetInput, load_target

# What makes a document mean nothing certain: not OpenAPI, or two operations of one name.
_STOPPING = (*validity.RULES, *(rule for rule in style.RULES if rule.code == "STY-002"))


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of one API by target (those of no target under an empty name), and findings.

    `files` is empty where errors in the document leave nothing certain to generate from.
    """

    contract: Contract
    files: dict[str, dict[str, str]]
    findings: tuple[Finding, ...]


def understood(contract: Contract) -> tuple[Specification, Built | None, tuple[Finding, ...]]:
    """The contract read and built, or not built where it is invalid; with all findings.

    Raises `UnreadableSourceError`.
    """
    specification = load(contract.path)
    subject = Subject(specification, None, (), {})
    found = [*specification.findings]
    for rule in _STOPPING:
        found += rule.findings(subject)
    invalid = _errors(found)
    if invalid:
        return specification, None, _sorted(found)
    built = build(specification, contract.name)
    return specification, built, _sorted(built.findings)


def render(contract: Contract, targets: Sequence[str]) -> Rendered:
    """Everything that targets make of a contract, unformatted.

    Raises `UnreadableSourceError`.
    """
    specification, built, findings = understood(contract)
    if built is None:
        return Rendered(contract, {}, findings)
    document = _document(specification)
    lowered = lower(specification)
    source = TargetInput(built.api, document, lowered.document)
    files = {"": {"openapi.json": json.dumps(document, indent=2, ensure_ascii=False) + "\n"}}
    found = [*findings, *(lowered.findings if "server" in targets else ())]
    for name in targets:
        output = load_target(name).render(source)
        files[name] = {checked(f"{name}/{path}"): text for path, text in output.files.items()}
        found += output.findings
    return Rendered(contract, files, _sorted(found))


def _document(specification: Specification) -> dict[str, Any]:
    """The whole description as one OpenAPI 3.1 document; one of 3.2 keeps what 3.2 adds."""
    document = bundled(specification, specification.documents).document
    return {**document, "openapi": "3.1.0"} if specification.version < "3.1" else document


def _errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key))
