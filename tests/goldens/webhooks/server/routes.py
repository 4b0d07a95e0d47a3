"""The operations of Webhooks, and what they are called in Python."""

from __future__ import annotations

from .runtime import Route

ROUTES: tuple[Route, ...] = ()
