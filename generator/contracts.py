"""Which contract a word on the command line means: a path, or the name of a folder of openapi/."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

FOLDER = "openapi"
_FILES = ("openapi.yaml", "openapi.yml", "openapi.json")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class UnknownContractError(Exception):
    """No contract is meant by what was written; the message says which there are."""


class Contract(Struct, frozen=True):
    """An OpenAPI document, and what its API is called."""

    name: str
    path: Path


def contracts_root() -> Path:
    """The folder of contracts: that of the current folder, else the one beside this package."""
    here = Path(FOLDER)
    return here if here.is_dir() else Path(__file__).parent.parent / FOLDER


def all_contracts() -> list[Contract]:
    """Every contract of openapi/, by name."""
    folder = contracts_root()
    found = [_in(entry) for entry in sorted(folder.iterdir())] if folder.is_dir() else []
    return [contract for contract in found if contract is not None]


def find_contracts(words: tuple[str, ...]) -> list[Contract]:
    """The contracts that words mean; every contract of openapi/ where there are no words.

    Raises `UnknownContractError`.
    """
    if words:
        return list({contract.path: contract for contract in map(find_contract, words)}.values())
    found = all_contracts()
    if not found:
        message = f"There is no contract below {contracts_root()}/; name one by its path."
        raise UnknownContractError(message)
    return found


def find_contract(word: str) -> Contract:
    """The contract that a word means: a file, a folder with one in it, or an API of openapi/.

    Raises `UnknownContractError`.
    """
    path = Path(word)
    if path.is_file():
        return Contract(_name_of(path), path)
    found = _in(path) or (_in(contracts_root() / word) if _NAME.fullmatch(word) else None)
    if found is None:
        names = ", ".join(contract.name for contract in all_contracts()) or "none"
        message = f"{word!r} is neither a file nor an API of {FOLDER}/, which has: {names}."
        raise UnknownContractError(message)
    return found


def is_name(text: str) -> bool:
    """Whether an API can be called this: it becomes a folder and a package."""
    return _NAME.fullmatch(text) is not None


def _in(folder: Path) -> Contract | None:
    path = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    return Contract(_name_of(path), path) if path else None


def _name_of(path: Path) -> str:
    """The folder of an `openapi.yaml`, else the file's own name, as an identifier."""
    told = path.resolve().parent.name if path.stem == FOLDER else path.stem
    name = re.sub(r"[^A-Za-z0-9]+", "_", told).strip("_").lower()
    return name if is_name(name) else f"api_{name}".rstrip("_")
