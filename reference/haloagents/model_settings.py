"""Which model answers in place of the scripted agent, read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_WAIT = 300.0
"""Seconds that a reply may take in all."""


class ModelSettingsError(ValueError):
    """The model cannot be used as it is set up; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model to ask, and where."""

    url: str
    """Of the server, without `/chat/completions`."""
    model: str
    key: str | None = field(repr=False)
    timeout: float = 30.0
    """Seconds that the model may be silent."""


def model_settings(environment: Mapping[str, str]) -> ModelSettings | None:
    """Read FOURFOLD_AGENT_URL, _MODEL, _KEY and _TIMEOUT; None without the first.

    Raises ModelSettingsError.
    """
    url = environment.get("FOURFOLD_AGENT_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ModelSettingsError(
            "FOURFOLD_AGENT_URL is no http or https URL, such as http://127.0.0.1:11434/v1."
        )
    if parts.username is not None or parts.password is not None:
        raise ModelSettingsError(
            "FOURFOLD_AGENT_URL has a user or a password; a key belongs into FOURFOLD_AGENT_KEY."
        )
    model = environment.get("FOURFOLD_AGENT_MODEL", "")
    if not model:
        raise ModelSettingsError("FOURFOLD_AGENT_MODEL, the name of the model, is not set.")
    return ModelSettings(
        url.rstrip("/"), model, environment.get("FOURFOLD_AGENT_KEY") or None, _timeout(environment)
    )


def _timeout(environment: Mapping[str, str]) -> float:
    text = environment.get("FOURFOLD_AGENT_TIMEOUT", "30")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_WAIT:
        raise ModelSettingsError(
            f"FOURFOLD_AGENT_TIMEOUT is not a number of seconds up to {LONGEST_WAIT:.0f}."
        )
    return seconds
