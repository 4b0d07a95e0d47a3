"""Several stubs behind one address, each under its base path."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Origin:
    """Passes each request to the app whose base path its path has, the longest one first."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = sorted(apps.items(), key=lambda entry: -len(entry[0]))
        self._nothing_here = _nothing_here(list(apps))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is under no base path is a 404 that names them."""
        path = scope["path"]
        for base_path, app in self._apps:
            if path == base_path or path.startswith(f"{base_path}/"):
                await app(scope, receive, send)
                return
        await self._nothing_here(scope, receive, send)


def _nothing_here(base_paths: list[str]) -> Response:
    listed = ", ".join(path or "/" for path in base_paths)
    message = f"No API of this server is under this path; there are: {listed}."
    body = {"error": {"code": "not_found", "message": message}}
    return Response(json.dumps(body), 404, media_type="application/json")
