"""The operations of Names, and what they are called in Python."""

from __future__ import annotations

from . import models
from .runtime import Parameter, Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="getFooBars",
        method="GET",
        path="/foo-bars",
        resource="foo_bars",
        handler="get_foo_bars",
        parameters=(
            Parameter("query", "class", "class_", str),
            Parameter("header", "X-Page", "x_page", int),
            Parameter("query", "X_Page", "x_page_2", int),
        ),
    ),
    Route(
        operation_id="listFooBars",
        method="POST",
        path="/foo-bars",
        resource="foo_bars",
        handler="list_foo_bars",
        bodies={
            "application/json": models.FooBar2,
        },
    ),
    Route(
        operation_id="getFooBarsClass",
        method="GET",
        path="/foo-bars/{class}",
        resource="foo_bars",
        handler="get_foo_bars_class",
        parameters=(
            Parameter("path", "class", "class_", str),
            Parameter("query", "class", "class_2", str),
        ),
    ),
)
