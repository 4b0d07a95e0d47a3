"""The APIs that there are, and the building of those that are asked for."""

from collections.abc import Callable, Mapping, Sequence

from reference.platform import Platform
from reference.service import Service

Build = Callable[[Platform, Sequence[str]], Service]


def _haleai(platform: Platform, faults: Sequence[str]) -> Service:
    from reference.haleai.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    parts = honest_parts(platform)
    if faults:
        from reference.faults.catalogue import HALEAI  # noqa: PLC0415 - if there are any

        for fault in HALEAI:
            if fault.id in faults:
                parts = fault.apply(parts)
    return assemble(parts)


def _haloagents(platform: Platform, _faults: Sequence[str]) -> Service:
    from reference.haloagents.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    return assemble(honest_parts(platform))


def _aloha(platform: Platform, _faults: Sequence[str]) -> Service:
    from reference.aloha.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    return assemble(honest_parts(platform))


def _leadiosa(platform: Platform, _faults: Sequence[str]) -> Service:
    from reference.leadiosa.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    return assemble(honest_parts(platform))


APIS: Mapping[str, Build] = {
    "haleai": _haleai,
    "haloagents": _haloagents,
    "aloha": _aloha,
    "leadiosa": _leadiosa,
}
