"""Stock Connexion on HaleAI's contract, with a handler that always has the same page at hand.

`python -m tests.bench.stock` serves on a free port of 127.0.0.1 and says in a line of JSON which.
The document is the contract, lowered whole to OpenAPI 3.0; requests and answers are validated by
Connexion itself; any key is good, and no SQL is done.
"""

import json
import os
import socket
import sys
import warnings
from pathlib import Path
from typing import Any

import uvicorn

from generator.document import load
from generator.document.lowering import lower

CONTRACT = Path(__file__).parents[2] / "openapi" / "haleai" / "openapi.yaml"
BASE_PATH = "/haleai/api/v1"
ROWS = 50
PAGE = {
    "data": [
        {"id": f"ctk_{row:08}", "source": "zillow", "updatedAt": "2026-05-02T16:20:11Z"}
        for row in range(ROWS)
    ],
    "pagination": {"limit": ROWS, "cursor": None, "nextCursor": "c" * 32},
}


def any_key(_token: str) -> dict[str, Any]:
    """Take every key for a good one."""
    return {"sub": "acme"}


async def answer(**_arguments: Any) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return the page, with the header that the contract documents."""
    return PAGE, 200, {"Cache-Control": "no-store"}


def app() -> Any:
    """The contract as Connexion serves it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Connexion 3.3 imports what others have deprecated
        from connexion import AsyncApp  # type: ignore[import-untyped]  # noqa: PLC0415 - ships no types; see above
        from connexion.resolver import Resolver  # type: ignore[import-untyped]  # noqa: PLC0415 - ships no types; see above

    os.environ["BEARERINFO_FUNC"] = f"{__name__}.any_key"
    application = AsyncApp(__name__)
    application.add_api(
        lower(load(CONTRACT)).document,
        base_path=BASE_PATH,
        resolver=Resolver(lambda _operation_id: answer),
        strict_validation=True,
        validate_responses=True,
    )
    return application


class _Server(uvicorn.Server):
    """Says where it is once it is ready."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        assert sockets
        port = sockets[0].getsockname()[1]
        print(json.dumps({"ready": True, "url": f"http://127.0.0.1:{port}"}), flush=True)


def main() -> None:
    """Serve until a signal."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app(), loop="uvloop", http="httptools", log_level="warning", access_log=False, ws="none"
    )
    _Server(config).run(sockets=[listener])


if __name__ == "__main__":
    sys.modules["tests.bench.stock"] = sys.modules["__main__"]
    main()
