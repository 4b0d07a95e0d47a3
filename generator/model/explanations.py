"""GEN-001 to GEN-049: the pages of what the model cannot express, for `fourfold explain`."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

_WIDTH = 100
_PAGES: Mapping[str, tuple[str, str]] = {
    "GEN-001": (
        "A schema is nested too deeply to type",
        "Lists, maps and unions without a name of their own are typed up to 60 levels of one "
        "another; below that a value is any JSON value. Move the inner schema to "
        "components.schemas.",
    ),
    "GEN-002": (
        "A schema allows no value",
        "`false`, or an `allOf` with `false` in it, is satisfied by nothing (JSON Schema 2020-12 "
        "core §4.3.2). It is read as any JSON value; remove it where it is a leftover.",
    ),
    "GEN-003": (
        "A schema is made of itself",
        "An `allOf` or `$ref` leads back to its own schema without a property in between. That "
        "part adds nothing and is left out. To refer to itself, a schema needs a property or a "
        "list in between.",
    ),
    "GEN-004": (
        "An enumeration holds lists or objects",
        "Only strings, numbers and booleans have names in generated code. The value is typed as "
        "any JSON value; the server still checks it against the list.",
    ),
    "GEN-005": (
        "A member may never be sent",
        "The property's schema is `false`, or has `false` in its `allOf`, so that types do not "
        "have it. The server still refuses it.",
    ),
    "GEN-006": (
        "Several unions stand in one schema",
        "A value must satisfy each of them; a type holds the variants of one. The first is typed, "
        "the server checks all. Combine them into one `oneOf`.",
    ),
    "GEN-007": (
        "A discriminator maps to what is no variant",
        "Each value of `mapping` names or refers to one schema of the union beside it "
        "(OpenAPI §4.8.25). This entry is left out.",
    ),
    "GEN-008": (
        "A member is left without a type",
        "Its name has a quotation mark, a backslash or a control character, which no field of a "
        "Python struct can be called on the wire. The server checks the member, clients read it "
        "with the unknown ones, and no type declares it.",
    ),
    "GEN-020": (
        "`true` has no default to stand for",
        "On an operation or webhook, `true` takes over the value of the same extension on the "
        "root. Write the value here, or add it to the root.",
    ),
    "GEN-021": (
        "A rate limit has no numbers",
        "`x-rate-limit` says `limit` requests in `window` seconds, both whole numbers. Without "
        "them the operation is treated as one without a limit.",
    ),
    "GEN-022": (
        "A kind of webhook signature is not expressed",
        "Signatures of type `hmac` are generated, of `body`, `timestamp` and `message-id`; others "
        "are left to the receiver.",
    ),
    "GEN-023": (
        "Two extensions disagree about paging",
        "x-fern-pagination, x-speakeasy-pagination, x-redocly-pagination and x-ms-pageable say "
        "the same in other words. Where several stand on one operation they have to agree; the "
        "first of these is followed.",
    ),
    "GEN-024": (
        "Paging does not fit its operation",
        "The query parameter has to exist, and the paths have to lead to members of the success "
        "answer, the rows to a list. The operation is generated without paging.",
    ),
    "GEN-030": (
        "A security scheme has an unknown type",
        "OpenAPI knows apiKey, http, oauth2, openIdConnect and mutualTLS. The scheme is left out.",
    ),
    "GEN-031": (
        "An answer has no status",
        "Answers are listed under a status such as '200', a range such as 4XX, or `default` "
        "(OpenAPI §4.8.16). This one is left out.",
    ),
    "GEN-032": (
        "The order of parts is not expressed",
        "`prefixEncoding` and `itemEncoding` (OpenAPI 3.2) describe parts by position; multipart "
        "bodies are sent by name.",
    ),
    "GEN-033": (
        "A path parameter is not in the path",
        "Its name has to stand in braces in the path. The parameter is left out.",
    ),
    "GEN-034": (
        "A header parameter is ignored",
        "Accept, Content-Type and Authorization are said by media types and security schemes; as "
        "parameters they are ignored (OpenAPI §4.8.12).",
    ),
    "GEN-035": (
        "A parameter stands in an unknown place",
        "Parameters in path, query, header and cookie are expressed; one in `querystring` "
        "(OpenAPI 3.2) is not and is left out.",
    ),
    "GEN-036": (
        "A variable of the path is not declared",
        "Every name in braces needs a parameter `in: path`. It is read as a string.",
    ),
    "GEN-037": (
        "A discriminator has no union",
        "The variants of a discriminator are those of the `oneOf` or `anyOf` beside it. Without "
        "one the schema is typed as itself; members of its descendants are kept as additional "
        "ones. List the descendants under `oneOf` to have them typed.",
    ),
    "GEN-038": (
        "A server has no URL",
        "Its `url`, with the defaults of its variables filled in, is no URL (RFC 3986), so that no "
        "request could be sent to it. Clients take the next server, or the `base_url` they are "
        "given.",
    ),
    "GEN-040": (
        "An operationId is taken",
        "Two operations have the same id, or ids that differ in case or punctuation alone. The "
        "later one gets a number.",
    ),
    "GEN-041": (
        "A method's name is taken",
        "Two operations of one resource would be called by the same method. The later one is "
        "called by its whole operationId; `x-fern-sdk-method-name` gives it another name.",
    ),
    "GEN-042": (
        "A method keeps the name that it was published with",
        "`.fourfold.lock` in the folder of the output has the names that code of others may call. "
        "The contract has changed so that this operation would now be called otherwise, by its "
        "operationId or because the other name has become free; it stays what it was. To rename "
        "it, change or remove its line there, or say the name with `x-fern-sdk-method-name`.",
    ),
}


def explanations() -> Mapping[str, str]:
    """Code → its page."""
    return {
        code: f"{code} · {title}\n\n{fill(page, _WIDTH)}\n"
        for code, (title, page) in _PAGES.items()
    }
