"""Contracts → everything that targets make of them: rendered on two processes, formatted.

Several contracts are shared out between the processes; of a large one alone, its targets are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from generator.contracts import Contract
from generator.document import Severity
from generator.document.report import as_text
from generator.failure import DEBUG, sentence
from generator.generate.formatting import FormattingError, formatted
from generator.generate.lock import ApiNames
from generator.generate.production import Production
from generator.generate.render import Rendered, render
from generator.parallel import Share, in_turn, shared_out
from generator.targets import load_target

_LARGE = 50_000
"""How many bytes make a contract whose targets are worth a process of their own."""


def produce(
    contracts: Sequence[Contract], targets: Sequence[str], published: Mapping[str, ApiNames]
) -> list[Production]:
    """What is made of each contract, in order. One that fails does not keep others from theirs.

    `published` are the names of each API that are kept.
    """
    share: Share = in_turn
    if len(contracts) > 1:
        for name in targets:
            load_target(name)
    elif _size(contracts[0]) > _LARGE:
        share = shared_out
    rendered = shared_out(
        lambda contract: _rendered(contract, targets, published.get(contract.name, {}), share),
        contracts,
        _size,
    )
    try:
        return _formatted(rendered)
    except FormattingError:
        return [_formatted_alone(each) for each in rendered]


def _rendered(
    contract: Contract, targets: Sequence[str], published: ApiNames, share: Share
) -> Rendered | Production:
    try:
        return render(contract, targets, published, share)
    except Exception as error:  # of whatever kind: the other contracts have no part in it
        if os.environ.get(DEBUG):
            raise
        return Production(contract.name, {}, failure=sentence(error))


def _size(contract: Contract) -> int:
    return contract.path.stat().st_size if contract.path.is_file() else 0


def _formatted(made: Sequence[Rendered | Production]) -> list[Production]:
    """The productions of what was rendered; those that failed already are there."""
    rendered = {number: each for number, each in enumerate(made) if isinstance(each, Rendered)}
    texts = formatted(
        {
            f"{number}/{path}": text
            for number, each in rendered.items()
            for files in each.files.values()
            for path, text in files.items()
        },
        {f"{number}/{path}" for number, each in rendered.items() for path in each.copied},
    )
    return [
        each if isinstance(each, Production) else _production(each, number, texts)
        for number, each in enumerate(made)
    ]


def _formatted_alone(made: Rendered | Production) -> Production:
    if isinstance(made, Production):
        return made
    try:
        return _formatted([made])[0]
    except FormattingError as error:
        return Production(made.contract.name, {}, _told(made), failure=sentence(error))


def _production(rendered: Rendered, number: int, texts: Mapping[str, str]) -> Production:
    """What was rendered, with its `texts` as they are formatted."""
    found = rendered.findings
    certain = not any(finding.code.startswith("REF") for finding in found)
    return Production(
        name=rendered.contract.name,
        files={
            target: {path: texts[f"{number}/{path}"] for path in paths}
            for target, paths in rendered.files.items()
        },
        told=_told(rendered),
        errors=any(finding.severity is Severity.ERROR for finding in found),
        sources=rendered.sources if certain else (),
        names=rendered.names,
    )


def _told(rendered: Rendered) -> str:
    return as_text(rendered.findings, {}) if rendered.findings else ""
