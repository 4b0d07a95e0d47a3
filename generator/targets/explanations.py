"""GEN-050 and on: the pages of what a target cannot express, for `fourfold explain`."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

_WIDTH = 100

_PAGES: Mapping[str, tuple[str, str]] = {
    "GEN-050": (
        "The server reads a union as any value",
        "msgspec tells the variants of a union apart by their JSON type or by a constant member. "
        "Where neither does, handlers get plain data; it is still checked against the schema "
        "before they see it. A required member with a different `const` in each variant makes it "
        "typed.",
    ),
    "GEN-051": (
        "The server sends its own error envelope",
        "The errors that the document describes share no schema, or one whose message is neither "
        "`error` nor `error.message`. What goes wrong before a handler is reached is sent as "
        "`{error: {code, message}}`.",
    ),
    "GEN-052": (
        "The server does not see client certificates",
        "`mutualTLS` is checked where TLS ends: by the proxy in front of the server.",
    ),
    "GEN-053": (
        "No server is generated",
        "The `security` of an operation, or a scheme that it names, does not exist or is not "
        "written as OpenAPI says, so that nobody can tell who may call what. A server would have "
        "to guess; clients are generated all the same, as they only send what they are given. "
        "A scheme that no operation asks for is no reason.",
    ),
    "GEN-101": (
        "The Python client sends one media type",
        "Where a body may be sent in several media types, a method sends the first that it can, "
        "JSON before others.",
    ),
    "GEN-103": (
        "The Python client does not send a header of a part",
        "A header of a part of a multipart body is sent where it has a `const` or a `default`; "
        "methods have no argument for others.",
    ),
    "GEN-104": (
        "The Python client does not get these tokens",
        "Of the flows of OAuth 2.0 the authorization code flow, with PKCE, and client credentials "
        "are expressed. Tokens of others are given to the client, or by a function that gets them.",
    ),
    "GEN-105": (
        "The Python client does not sign these user tokens",
        "`sign_user_token` signs by HMAC (HS256, HS384, HS512). For other algorithms sign with a "
        "library of your own, and send what it gives.",
    ),
    "GEN-106": (
        "The Python client retries by its own policy",
        "`x-speakeasy-retries` does not change when a client tries again. Give it a `RetryPolicy` "
        "with the intervals and the budget that you want.",
    ),
    "GEN-107": (
        "The Python client takes a body as it is",
        "The members of an object are read and written in JSON and in forms. XML and all else, and "
        "a form that is said to be no object, is text or bytes to methods, whatever its schema "
        "says. List JSON beside it, where the API speaks that, too.",
    ),
    "GEN-151": (
        "The TypeScript client sends one media type",
        "Where a body may be sent in several media types, a method sends the first that it can, "
        "JSON before others.",
    ),
    "GEN-153": (
        "The TypeScript client does not get these tokens",
        "Of the flows of OAuth 2.0 the authorization code flow is expressed, with PKCE. Tokens of "
        "others are given to the client, or by a function that gets them.",
    ),
    "GEN-154": (
        "The TypeScript client retries by its own policy",
        "`x-speakeasy-retries` does not change when a client tries again. Give it `retries` with "
        "the pauses and the budget that you want.",
    ),
    "GEN-155": (
        "The TypeScript client does not send a header of a part",
        "A multipart body is a `FormData`, as in every browser, and a part of that has its name, "
        "its file name and its media type, and no headers besides.",
    ),
    "GEN-156": (
        "The TypeScript client takes a body as it is",
        "The members of an object are read and written in JSON and in forms. XML and all else, and "
        "a form that is said to be no object, is text or bytes to methods, whatever its schema "
        "says. List JSON beside it, where the API speaks that, too.",
    ),
    "GEN-201": (
        "The pages do not show a part of a request that the API sends",
        "Of webhooks and callbacks the pages show bodies and headers, and which answers are "
        "expected; not other parameters, and not the bodies of answers to webhooks.",
    ),
    "GEN-202": (
        "An example that is elsewhere is not shown",
        "`externalValue` is the address of an example. Nothing is fetched when pages are written "
        "or read; put the example under `value` to have it shown.",
    ),
}


def explanations() -> Mapping[str, str]:
    """Code → its page."""
    return {
        code: f"{code} · {title}\n\n{fill(page, _WIDTH)}\n"
        for code, (title, page) in _PAGES.items()
    }
