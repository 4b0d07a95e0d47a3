"""Types of the resource config."""

from __future__ import annotations

from .._runtime.values import Model


class Config(Model, kw_only=True):
    """What a widget needs to know before it starts."""

    agent: Agent


class Agent(Model, kw_only=True):
    """The active agent."""

    id: str
    """Identifies the agent."""

    name: str
    """What the agent is called."""
