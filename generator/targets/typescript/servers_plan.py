"""Where requests go."""

from __future__ import annotations

from generator.model import Api


def base_url(api: Api) -> str:
    """Where production is; a relative address is one of this machine."""
    url = api.servers[0].url if api.servers else "/"
    return url if "://" in url else f"http://localhost{url}".rstrip("/")
