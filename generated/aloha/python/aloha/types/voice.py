"""Types of the resource voice."""

from __future__ import annotations

from .._runtime.values import Model


class NewVoiceTraining(Model, kw_only=True):
    """A training set for the voice model."""

    samples: list[str]
    """Texts in the voice to learn."""
