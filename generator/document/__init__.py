"""Text → positioned tree → resolved document: reading, `$ref`, lint and lowering."""

from generator.document.bundling import bundle
from generator.document.finding import Finding, Position, Severity, position_at
from generator.document.loading import UnreadableSourceError, load
from generator.document.lowering import Lowered, lower
from generator.document.node import Document, Node, join_pointer, split_pointer
from generator.document.specification import Reference, Specification

__all__ = [
    "Document",
    "Finding",
    "Lowered",
    "Node",
    "Position",
    "Reference",
    "Severity",
    "Specification",
    "UnreadableSourceError",
    "bundle",
    "join_pointer",
    "load",
    "lower",
    "position_at",
    "split_pointer",
]
