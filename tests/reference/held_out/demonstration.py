"""What calls show of a server: one thing with a fault, another without."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.reference.conftest import Running, Start


@dataclass(frozen=True)
class Demonstration:
    """Calls to a fresh server whose clock stands still."""

    calls: Callable[[Running], object]
    honest: object
    """What they show where nothing is planted."""
    planted: object
    """What they show of the fault."""

    def shown(self, start: Start, api: str, *faults: str) -> object:
        """What the calls show of a server of an API with some faults."""
        running = start(api, *faults)
        try:
            return self.calls(running)
        finally:
            running.close()


def deliveries_settled(server: Running) -> None:
    """Wait until each delivery was attempted as often as is due."""
    for _ in range(2_000):
        found = server.control("deliveries")["deliveries"]
        now = server.control("clock")["now"]
        if all(one.get("next_at", "~") > now for one in found):
            return
    raise AssertionError("something is still due")
