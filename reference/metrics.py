"""What the server counts, in Prometheus' text format."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "fourfold_requests",
            "Requests answered.",
            ("api", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "fourfold_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("api",),
            registry=self._registry,
        )

    def count(self, api: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request; methods nobody defined are counted together."""
        self._requests.labels(api, method if method in _METHODS else "other", status).inc()
        self._seconds.labels(api).observe(seconds)

    def text(self) -> bytes:
        """Return all that was counted, in Prometheus' text format."""
        return generate_latest(self._registry)
