"""Where a server's time goes: the reference server with a sampling profiler, layer by layer.

`python -m tests.bench.layers FILE` serves HaleAI. From SIGUSR1 on, every millisecond of CPU time
is given to the layer that the innermost known function on the stack belongs to; when the server
ends, the shares are written to FILE as JSON.
"""

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from reference.server import serve

_SECONDS = 0.001
_LAYERS = (
    ("SQL", ("/sqlalchemy/", "/reference/storage/"), ()),
    (
        "validation",
        ("/runtime/schemas.py", "/runtime/parameters.py", "/runtime/lexing.py"),
        ("check", "_check_body", "_check_headers", "_require", "_checked"),
    ),
    ("encoding", (), ("encode", "_encode", "_encoded")),
    ("keys and rate limit", ("/reference/keys.py", "limiter.py", "token_bucket.py"), ()),
    ("rows and cursors", ("/reference/haleai/", "collection.py", "clock.py", "cursors.py"), ()),
    ("observation", ("observation.py", "journal.py", "metrics.py", "prometheus_client/"), ()),
    ("protocol", ("/uvicorn/", "/reference/protocol.py", "/reference/exchange.py"), ()),
    ("routing and runtime", ("/starlette/", "/connexion/", "/runtime/", "origin.py"), ()),
)
"""Layer, the files of it, and the functions of the runtime that belong to it."""


def layer(frame: FrameType | None) -> str:
    """Return the layer that a stack is in."""
    while frame is not None:
        file, function = frame.f_code.co_filename, frame.f_code.co_name
        for name, files, functions in _LAYERS:
            in_runtime = function in functions and "/runtime/" in file
            if in_runtime or any(part in file for part in files):
                return name
        frame = frame.f_back
    return "event loop"


def main(file: Path) -> int:
    """Serve, and write the shares."""
    samples: Counter[str] = Counter()

    def sample(_number: int, frame: FrameType | None) -> None:
        samples[layer(frame)] += 1

    def begin(_number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, _SECONDS, _SECONDS)

    signal.signal(signal.SIGPROF, sample)
    signal.signal(signal.SIGUSR1, begin)
    status = serve(("haleai",), 0, None, ())
    signal.setitimer(signal.ITIMER_PROF, 0)
    total = samples.total() or 1
    shares = {name: count / total for name, count in samples.most_common()}
    file.write_text(json.dumps(shares))
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
