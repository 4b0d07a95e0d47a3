"""Contracts → everything that targets make of them: rendered on two processes, formatted.

Several contracts are shared out between the processes; of a large one alone, its targets are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

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
    made = [_production(each) if isinstance(each, Rendered) else each for each in rendered]
    try:
        return _formatted(made)
    except FormattingError:
        return [_formatted_alone(each) for each in made]


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


def _production(rendered: Rendered) -> Production:
    found = rendered.findings
    certain = not any(finding.code.startswith("REF") for finding in found)
    return Production(
        name=rendered.contract.name,
        files=rendered.files,
        told=as_text(found, {}) if found else "",
        errors=any(finding.severity is Severity.ERROR for finding in found),
        sources=rendered.sources if certain else (),
        names=rendered.names,
    )


def _formatted(productions: Sequence[Production]) -> list[Production]:
    texts = formatted(
        {
            f"{number}/{path}": text
            for number, each in enumerate(productions)
            for files in each.files.values()
            for path, text in files.items()
        }
    )
    return [_with_texts(each, number, texts) for number, each in enumerate(productions)]


def _formatted_alone(production: Production) -> Production:
    try:
        return _formatted([production])[0]
    except FormattingError as error:
        return Production(production.name, {}, production.told, failure=sentence(error))


def _with_texts(production: Production, number: int, texts: dict[str, str]) -> Production:
    files = {
        target: {path: texts[f"{number}/{path}"] for path in paths}
        for target, paths in production.files.items()
    }
    return replace(production, files=files)
