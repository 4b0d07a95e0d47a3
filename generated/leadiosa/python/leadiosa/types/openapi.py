"""Types of the resource openapi."""

from __future__ import annotations

from typing import Any

from .._runtime.values import Model


class OpenapiDocument(Model, kw_only=True):
    """An OpenAPI document, of which this says the least."""

    openapi: str
    """The version of OpenAPI."""

    info: dict[str, Any]
    """The title, version and description of the API."""

    paths: dict[str, Any]
    """What can be asked of the API."""
