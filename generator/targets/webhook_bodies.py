"""What webhooks send: the schema of each body, and the member that tells them apart."""

from __future__ import annotations

from collections.abc import Mapping

from generator.model import Api, Constant, Schema, Webhook
from generator.targets.definitions import object_of
from generator.targets.media_choice import chosen_media


def body_of(webhook: Webhook) -> Schema | None:
    """The schema of what arrives; None where the contract has none."""
    media = chosen_media(webhook.body.media)
    return media.schema if media else None


def tag_of(api: Api, bodies: Mapping[str, Schema]) -> str:
    """The member that holds the name of the webhook in every body; empty where there is none."""
    candidates: set[str] | None = None
    for name, schema in bodies.items():
        owner = object_of(api, schema)
        declared = owner.properties if owner else ()
        found = {each.name for each in declared if each.schema.type == Constant(name)}
        candidates = found if candidates is None else candidates & found
    return min(candidates, default="") if candidates else ""
