"""Text → positioned tree → resolved document: reading, `$ref`, lint and lowering."""

from generator.document.finding import Finding, Position, Severity
from generator.document.node import Document, Node, join_pointer, split_pointer

__all__ = ["Document", "Finding", "Node", "Position", "Severity", "join_pointer", "split_pointer"]
