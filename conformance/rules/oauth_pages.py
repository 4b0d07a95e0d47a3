"""OAU: the page on which a user decides, and what else the authorization endpoint answers."""

from __future__ import annotations

import re

from conformance.exchange import Exchange
from conformance.oauth import App, app_of, is_success, may_be_stored, register
from conformance.rule import Check, Need, Untestable, must, should
from conformance.rules.oauth_authorization import authorizing

PROMISES = ("ALOHA-04",)
NEEDS = (Need.OAUTH,)
MARKUP = "<script>alert(1)</script><b>\"'"


@must("OAU-012", "The page cannot be framed", authorizing, promises=PROMISES, needs=NEEDS)
def cannot_be_framed(check: Check) -> None:
    """A page in a frame of another site has users agree to what they do not see.

    Source: RFC 9700 §4.16 (clickjacking); RFC 6749 §10.13.
    Passes: `Content-Security-Policy: frame-ancestors 'none'`, or `X-Frame-Options: DENY`.
    Fails: neither.
    """
    page = _page(app_of(check))
    options = (page.answer.header("x-frame-options") or "").strip().upper()
    policies = ";".join(page.answer.all("content-security-policy")).lower()
    ancestors = re.findall(r"frame-ancestors\s+([^;,]*)", policies)
    framed = not any(each.strip() in {"'none'", "'self'"} for each in ancestors)
    check.require(
        options in {"DENY", "SAMEORIGIN"} or not framed, "Any site can show it in a frame.", page
    )


@must(
    "OAU-013",
    "What the authorization endpoint answers is stored nowhere",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def page_is_not_stored(check: Check) -> None:
    """The page and its redirects are for one user's one decision.

    Source: RFC 9111 §5.2.2.5; RFC 9700 §4.2.4.
    Passes: `Cache-Control: no-store` on the page; 302 and 400 without `Cache-Control`.
    Fails: the page without; 302 with `max-age=60`.
    """
    app = app_of(check)
    for request in (
        app.request(),
        app.request(scope="no-such-scope"),
        app.request(client_id="no-such-client"),
    ):
        exchange = app.authorize(request)
        stored = may_be_stored(exchange)
        check.require(not stored, f"The answer {exchange.status} may be stored.", exchange)


@should(
    "OAU-014",
    "The page tells no other site its address",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def no_referrer(check: Check) -> None:
    """The address has the `state`; a link or an image on the page would tell it.

    Source: RFC 9700 §4.2.4.
    Passes: `Referrer-Policy: no-referrer`.
    Fails: none, or `unsafe-url`.
    """
    page = _page(app_of(check))
    policy = (page.answer.header("referrer-policy") or "").rpartition(",")[2].strip().lower()
    safe = {"no-referrer", "same-origin", "origin", "strict-origin"}
    safe |= {"strict-origin-when-cross-origin", "origin-when-cross-origin"}
    check.require(policy in safe, f"The Referrer-Policy is {policy or 'missing'}.", page)


@must("OAU-015", "The page shows texts as texts", authorizing, promises=PROMISES, needs=NEEDS)
def texts_are_texts(check: Check) -> None:
    """An app's name and what it sends never become markup of the page, or of an error.

    Source: RFC 6749 §10.14 (code injection); CWE-79.
    Passes: `&lt;script&gt;`.
    Fails: `<script>` of an app's name, its state or its scope in HTML.
    """
    app = register(check, name=MARKUP)
    for request in (
        app.request(state=MARKUP),
        app.request(state=MARKUP, nonce=MARKUP, prompt=MARKUP),
        app.request(redirect_uri=f"https://evil.example/{MARKUP}"),
        app.request(client_id=MARKUP),
        app.request(scope=MARKUP),
        app.request(response_type=MARKUP),
    ):
        exchange = app.authorize(request)
        markup = "html" in exchange.answer.media_type or not exchange.answer.media_type
        text = exchange.answer.body.decode("utf-8", "replace") if markup else ""
        check.require("<script>alert(1)" not in text, "The page runs what it was sent.", exchange)


def _page(app: App) -> Exchange:
    page = app.authorize(app.request())
    if not is_success(page):
        raise Untestable(f"A good authorization request is answered with {page.status}.")
    return page
