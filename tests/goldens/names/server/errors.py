"""The errors that Names documents, to be raised by handlers, security and the gate."""

from __future__ import annotations
