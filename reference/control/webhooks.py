"""Webhooks: subscribing to them, where they may be sent, and the journal of their deliveries."""

from typing import Annotated

from msgspec import Meta

from reference.control.bodies import Body, TenantName
from reference.control.call import Answer, Call, Controlled, RefusedError
from reference.webhooks.journal import journal
from reference.webhooks.profile import WebhookProfile
from reference.webhooks.subscriptions import forget_subscriptions
from reference.webhooks.targets import TargetError, parse_target


class SubscriptionBody(Body):
    """`POST webhooks/subscriptions`: who is sent which events of a tenant, under which secret."""

    api: str
    tenant: TenantName
    url: Annotated[str, Meta(max_length=2_000)]
    events: Annotated[list[str], Meta(min_length=1, max_length=100)]
    secret: str | None = None


class UnsubscribeBody(Body):
    """`POST webhooks/unsubscribe`: whose subscriptions are to be forgotten."""

    api: str
    tenant: TenantName


class TargetsBody(Body):
    """`POST webhooks/targets`: whether webhooks may be sent into private networks."""

    allow_private: bool


class DeliveriesQuery(Body):
    """`GET deliveries`: of which API and tenant; of all where it does not say."""

    api: str | None = None
    tenant: str | None = None


async def _subscribe(controlled: Controlled, body: SubscriptionBody) -> Answer:
    profile = _profile(controlled, body.api)
    secret = profile.new_secret() if body.secret is None else body.secret
    for event in body.events:
        if event not in profile.events:
            raise RefusedError(
                400, f"{event!r} is no event of {body.api}, only {', '.join(profile.events)}."
            )
    try:
        profile.check_secret(secret)
        parse_target(body.url)
    except (TargetError, ValueError) as error:
        raise RefusedError(400, str(error)) from error
    await controlled.tenants.ensure(controlled.service(body.api), body.tenant)
    kept = await controlled.platform.database.write(
        lambda connection: controlled.platform.subscriptions.add(
            connection,
            api=body.api,
            tenant=body.tenant,
            url=body.url,
            secret=secret,
            events=body.events,
            anywhere=True,
        )
    )
    return {"id": kept.id, "secret": kept.secret}


async def _unsubscribe(controlled: Controlled, body: UnsubscribeBody) -> Answer:
    _profile(controlled, body.api)
    removed = await controlled.platform.database.write(
        lambda connection: forget_subscriptions(connection, body.api, body.tenant)
    )
    return {"removed": removed}


async def _allow_targets(controlled: Controlled, body: TargetsBody) -> Answer:
    await controlled.platform.targets.allow_private(allowed=body.allow_private)
    return {"allow_private": body.allow_private}


async def _list_deliveries(controlled: Controlled, query: DeliveriesQuery) -> Answer:
    deliveries = await controlled.platform.database.read(
        lambda connection: journal(connection, api=query.api, tenant=query.tenant)
    )
    return {"deliveries": deliveries}


def _profile(controlled: Controlled, api: str) -> WebhookProfile:
    profile = controlled.service(api).webhooks
    if profile is None:
        raise RefusedError(400, f"{api} sends no webhooks.")
    return profile


def _applies(controlled: Controlled) -> bool:
    return any(service.webhooks is not None for service in controlled.services.values())


CALLS = (
    Call("POST", "webhooks/subscriptions", SubscriptionBody, _subscribe, _applies),
    Call("POST", "webhooks/unsubscribe", UnsubscribeBody, _unsubscribe, _applies),
    Call("POST", "webhooks/targets", TargetsBody, _allow_targets, _applies),
    Call("GET", "deliveries", DeliveriesQuery, _list_deliveries),
)
