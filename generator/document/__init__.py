"""Text → positioned tree → resolved document: reading, `$ref`, lint and lowering."""

from generator.document.finding import Finding, Position, Severity
from generator.document.loading import UnreadableSourceError, load
from generator.document.node import Document, Node, join_pointer, split_pointer
from generator.document.specification import Reference, Specification

__all__ = [
    "Document",
    "Finding",
    "Node",
    "Position",
    "Reference",
    "Severity",
    "Specification",
    "UnreadableSourceError",
    "join_pointer",
    "load",
    "split_pointer",
]
