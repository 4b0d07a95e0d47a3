"""Text → plain data with the position of every value, and all that is wrong with the text."""

from __future__ import annotations

from generator.document.block_reading import read_block
from generator.document.finding import Finding
from generator.document.json_reading import read_json
from generator.document.node import Document


def parse(text: str, file: str) -> tuple[Document | None, list[Finding]]:
    """One file as a positioned document, and all that is wrong with it as YAML or JSON.

    The document is None where there is nothing that could be looked at further.
    """
    document = read_json(text, file)
    if document is not None:
        return document, []
    block = read_block(text, file)
    if block is not None:
        return block
    from generator.document.yaml_reading import read_yaml  # noqa: PLC0415  rarely needed

    return read_yaml(text, file)
