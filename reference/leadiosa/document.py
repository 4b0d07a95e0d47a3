"""The API's own OpenAPI document (LEAD-21)."""

from functools import cached_property
from pathlib import Path

from starlette.responses import Response

import generated.leadiosa.server
from generated.leadiosa.server import OpenapiHandler
from generated.leadiosa.server.runtime import Request
from reference.leadiosa.security import Caller


class Document(OpenapiHandler[Caller]):
    """The document that the server itself was made from."""

    async def get_openapi(self, request: Request[None]) -> Response:  # noqa: ARG002 - the same for all
        """Return the document, byte for byte."""
        return Response(self._content, media_type="application/json")

    @cached_property
    def _content(self) -> bytes:
        return Path(generated.leadiosa.server.__file__).with_name("openapi.json").read_bytes()
