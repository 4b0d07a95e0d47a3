"""The errors that Security documents, to be raised by handlers, security and the gate."""

from __future__ import annotations
