"""What the server counts, in Prometheus' text format.

Labels have few values: operations are those of the contracts, never paths, and methods that nobody
defined are counted together.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_TOO_MANY_REQUESTS = 429


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        requests = Counter(
            "fourfold_requests",
            "Requests answered.",
            ("api", "operation", "method", "status"),
            registry=registry,
        )
        seconds = Histogram(
            "fourfold_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("api", "operation"),
            buckets=_SECONDS,
            registry=registry,
        )
        limited = Counter(
            "fourfold_rate_limited", "Requests refused as too many.", ("api",), registry=registry
        )
        under_way = Gauge(
            "fourfold_requests_in_flight",
            "Requests being answered.",
            ("api",),
            registry=registry,
        )
        self._deliveries = Gauge(
            "fourfold_webhook_deliveries",
            "Deliveries of webhooks, by what became of them.",
            ("api", "state"),
            registry=registry,
        )
        self._jobs = Gauge(
            "fourfold_jobs_pending", "Jobs kept until they are due.", ("api",), registry=registry
        )
        self._requests = lru_cache(None)(requests.labels)
        self._seconds = lru_cache(None)(seconds.labels)
        self._limited = lru_cache(None)(limited.labels)
        self._under_way = lru_cache(None)(under_way.labels)

    def begin(self, api: str) -> None:
        """Count a request that is being answered."""
        self._under_way(api).inc()

    def end(self, api: str, operation: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered; `operation` is its operationId, or empty."""
        self._under_way(api).dec()
        self._requests(api, operation, method if method in _METHODS else "other", status).inc()
        self._seconds(api, operation).observe(seconds)
        if status == _TOO_MANY_REQUESTS:
            self._limited(api).inc()

    def set_waiting(
        self, jobs: Mapping[str, int], deliveries: Iterable[tuple[str, str, int]]
    ) -> None:
        """Say how many jobs of each API wait, and how many deliveries are in which state."""
        self._jobs.clear()
        self._deliveries.clear()
        for api, count in jobs.items():
            self._jobs.labels(api).set(count)
        for api, state, count in deliveries:
            self._deliveries.labels(api, state).set(count)

    def text(self) -> bytes:
        """Return all that was counted, in Prometheus' text format."""
        return generate_latest(self._registry)
