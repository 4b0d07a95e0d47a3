"""Text → plain data with the position of every value, and all that is wrong with the text."""

from __future__ import annotations

from generator.document.block_document import read_block_document
from generator.document.finding import Finding
from generator.document.json_reading import read_json
from generator.document.node import Document
from generator.parallel import Share, in_turn


def parse(text: str, file: str, share: Share = in_turn) -> tuple[Document | None, list[Finding]]:
    """One file as a positioned document, and all that is wrong with it as YAML or JSON.

    The document is None where there is nothing that could be looked at further. `share` is how
    parts of it are read that do not wait for each other.
    """
    document = read_json(text, file)
    if document is not None:
        return document, []
    block = read_block_document(text, file, share)
    if block is not None:
        return block
    from generator.document.yaml_reading import read_yaml  # noqa: PLC0415  rarely needed

    return read_yaml(text, file)
