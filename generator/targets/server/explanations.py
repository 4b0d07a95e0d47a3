"""GEN-050 to GEN-052 and GEN-054: the pages of what the server target cannot express."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

_WIDTH = 100
_PAGES: Mapping[str, tuple[str, str]] = {
    "GEN-050": (
        "A union in a request is read as any value",
        "The union has several variants that are objects, or several that are lists, and nothing "
        "tells which of them a value is. A request's value is checked against the schema, variant "
        "by variant, and given to the handler as plain JSON data. Answers keep the exact type. "
        "Give each object a name in `components` and one required member, the same in all, a "
        "`const` of its own there: then it is read as the class of its variant.",
    ),
    "GEN-051": (
        "The server's error envelope is not the document's",
        "Most errors of the document share no schema, or one whose message is not at "
        "`error.message` or `error`. The server sends `{error: {code, message}}`, and an answer "
        "that does not fit its schema is logged. Let all errors share one such schema.",
    ),
    "GEN-052": (
        "A client certificate is not seen by the server",
        "A `mutualTLS` scheme is proved while the connection is made, by whatever ends TLS in "
        "front of the server, so that no request carries a credential for it. An application with "
        "an operation that needs the scheme does not start.",
    ),
    "GEN-054": (
        "Two operations are asked for in the same way",
        "Operations may share a method and a path: some documents end their paths in a query "
        "(`/things?kind=a`) or in a fragment (`/#Action=List`), others name a parameter in braces "
        "in two ways. A fragment is never sent, so the server tells such operations apart by what "
        "each request to them has: the query that is in the path, and required query parameters "
        "and headers that have one value (`const`, or an `enum` of one). Where these are the same, "
        "the first operation gets all requests. Clients call each as it is written.",
    ),
}


def explanations() -> Mapping[str, str]:
    """Code → its page."""
    return {
        code: f"{code} · {title}\n\n{fill(page, _WIDTH)}\n"
        for code, (title, page) in _PAGES.items()
    }
