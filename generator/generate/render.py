"""One contract → the text of every file that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from generator.contracts import Contract
from generator.document import Finding, Lowered, Severity, Specification, load, lower
from generator.document.bundling import bundled
from generator.document.json_text import json_text
from generator.document.specification import supported
from generator.generate.tree import checked
from generator.generate.uncertain_security import uncertain_security
from generator.model.builder import Built, build
from generator.parallel import Share, in_turn, parts
from generator.published import MODEL, Published
from generator.targets import CLIENTS, TargetInput, TargetOutput, client_calls, load_target

_WORK = {"server": 2, "python": 3, "typescript": 4, "docs": 4}
"""How much there is to do for each target, next to the others."""


class Rendered(Struct, frozen=True):
    """The files of one API by target (those of no target under an empty name), and findings.

    `files` is empty where the document is not one of OpenAPI 3: nothing can be generated from it.
    `copied` are the paths of those that are formatted already, `sources` those of the files that
    were read; `names` are those of the model and of each target.
    """

    contract: Contract
    files: dict[str, dict[str, str]]
    findings: tuple[Finding, ...]
    sources: tuple[str, ...]
    names: Mapping[str, Published] = field(default_factory=dict)
    copied: frozenset[str] = frozenset()


class Understood(Struct, frozen=True):
    """A contract read and built, all that is wrong with it, and the same lowered to OpenAPI 3.0.

    `document` is all of it as one of OpenAPI 3.1, and `text` that in JSON; empty for no target.
    Nothing is built of what cannot be read, or is of no version of OpenAPI that is known. Of what
    was lowered there is only the outline: a server routes by no more.
    """

    specification: Specification
    findings: tuple[Finding, ...]
    built: Built | None = None
    lowered: Lowered | None = None
    document: dict[str, Any] = field(default_factory=dict)
    text: str = ""


def understood(
    contract: Contract,
    published: Published,
    targets: Sequence[str] = (),
    share: Share = in_turn,
) -> Understood:
    """The contract as `targets` need it; `published` names are kept.

    `share` is how parts of it are read, and then how it is checked, lowered, written and built,
    none of which waits for another. What is invalid in it is an error among the findings, and all
    the rest is built. Raises `UnreadableSourceError`.
    """
    specification = load(contract.path, share=share)
    if not _is_known(specification):
        found = specification.findings
        if specification.written.is_read:
            found += tuple(_invalid(specification))
        return Understood(specification, _sorted(found))

    def invalid() -> list[Finding]:
        return _invalid(specification)

    def model() -> Built:
        return build(specification, contract.name, published)

    def lowered() -> Lowered | None:
        return lower(specification).outline() if "server" in targets else None

    document = _document(specification) if targets else {}

    def text() -> str:
        return json_text(document) if targets else ""

    steps = {invalid: 4, lowered: 2, text: 1, model: 8}
    wrong, low, told, built = parts(share, steps)
    errors = (each for each in (*specification.findings, *wrong) if _is_error(each))
    found = _sorted((*errors, *built.findings))
    return Understood(specification, found, built, low, document, told)


def _is_known(specification: Specification) -> bool:
    """Whether there is something in it that a known version of OpenAPI describes."""
    return bool(supported(specification.version) and specification.entry.data)


def _invalid(specification: Specification) -> list[Finding]:
    """What keeps a document from being one of OpenAPI, or its operations from being told apart.

    Of a version that is not known, that is all there is to say.
    """
    # Imported where it is needed: that may be another process than the one that builds.
    from generator.document.lint import style, validity  # noqa: PLC0415
    from generator.document.lint.subject import Subject  # noqa: PLC0415

    subject = Subject(specification, None, (), {})
    whole = (*validity.RULES, style.operation_id_unique)
    rules = whole if _is_known(specification) else (validity.known_version,)
    return [finding for rule in rules for finding in rule.findings(subject)]


def render(
    contract: Contract,
    targets: Sequence[str],
    published: Mapping[str, Published],
    share: Share = in_turn,
) -> Rendered:
    """Everything that targets make of a contract, unformatted.

    `published` are the names that the model and each target gave before; `share` is how
    independent parts of the work are done. Raises `UnreadableSourceError`.
    """
    known = understood(contract, published.get(MODEL, {}), targets, share)
    specification, built, lowered = known.specification, known.built, known.lowered
    if built is None:
        return Rendered(contract, {}, known.findings, tuple(specification.sources))
    api, document = built.api, known.document
    within = share if len(targets) == 1 else in_turn

    def output(name: str) -> TargetOutput:
        named = published.get(name, {})
        source = TargetInput(api, document, {}, named, known.text, share=within)
        if lowered is not None and name == "server":
            return _server(source, lowered, specification, known.findings)
        if name == "docs":
            calls = [client_calls(each, api, published.get(each, {})) for each in CLIENTS]
            source = replace(source, calls=calls)
        return load_target(name).render(source)

    files = {"": {"openapi.json": known.text}}
    names = {MODEL: built.names}
    found = list(known.findings)
    copied: set[str] = set()
    # All targets import this: better once than on each process.
    import generator.targets.templates  # noqa: F401, PLC0415  not needed for what is cached

    outputs = share(output, targets, lambda name: _WORK[name])
    for name, made in zip(targets, outputs, strict=True):
        found += made.findings
        if made.files:
            files[name] = {checked(f"{name}/{path}"): text for path, text in made.files.items()}
            names[name] = made.names
            copied |= {f"{name}/{path}" for path in made.copied}
    sources = tuple(specification.sources)
    return Rendered(contract, files, _sorted(found), sources, names, frozenset(copied))


def _server(
    source: TargetInput,
    lowered: Lowered,
    specification: Specification,
    findings: Iterable[Finding],
) -> TargetOutput:
    """The server, with what OpenAPI 3.0 cannot say of it; none where anybody might call it."""
    uncertain = uncertain_security(source.api, specification, findings)
    if uncertain:
        return TargetOutput({}, (*lowered.findings, uncertain))
    made = load_target("server").render(replace(source, lowered=lowered.document))
    return replace(made, findings=(*lowered.findings, *made.findings))


def _document(specification: Specification) -> dict[str, Any]:
    """The whole description as one OpenAPI 3.1 document; one of 3.2 keeps what 3.2 adds."""
    document = bundled(specification, specification.documents).document
    return {**document, "openapi": "3.1.0"} if specification.version < "3.1" else document


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key))
