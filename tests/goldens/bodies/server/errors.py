"""The errors that Bodies documents, to be raised by handlers, security and the gate."""

from __future__ import annotations
