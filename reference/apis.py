"""The APIs that there are, and the building of those that are asked for."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from reference.platform import Platform
from reference.service import Service

Build = Callable[[Platform, Sequence[str]], Service]
P = TypeVar("P")


def _haleai(platform: Platform, faults: Sequence[str]) -> Service:
    from reference.haleai.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    return assemble(_planted("haleai", honest_parts(platform), faults))


def _haloagents(platform: Platform, faults: Sequence[str]) -> Service:
    from reference.haloagents.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    return assemble(_planted("haloagents", honest_parts(platform), faults))


def _aloha(platform: Platform, faults: Sequence[str]) -> Service:
    from reference.aloha.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    return assemble(_planted("aloha", honest_parts(platform), faults))


def _leadiosa(platform: Platform, faults: Sequence[str]) -> Service:
    from reference.leadiosa.parts import assemble, honest_parts  # noqa: PLC0415 - if it is served

    return assemble(_planted("leadiosa", honest_parts(platform), faults))


def _planted(api: str, parts: P, faults: Sequence[str]) -> P:
    """Return the parts of an API with the faults, of those named, that are its own."""
    if faults:
        from reference.faults.catalogue import faults_of  # noqa: PLC0415 - if there are any

        for fault in faults_of(api):
            if fault.id in faults:
                parts = fault.apply(parts)
    return parts


APIS: Mapping[str, Build] = {
    "haleai": _haleai,
    "haloagents": _haloagents,
    "aloha": _aloha,
    "leadiosa": _leadiosa,
}
