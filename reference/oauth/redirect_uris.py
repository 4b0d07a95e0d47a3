"""Redirect URIs: which can be registered, which are, and what is added to one on the way back."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlencode, urlsplit

_LONGEST = 2_000
_URI = re.compile(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+")
_LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1"})
_LOOPBACK = _LOOPBACK_ADDRESSES | {"localhost"}


def complaint(uri: str) -> str | None:
    """Return what is wrong with a URI that is to be registered, None where nothing is.

    It is absolute and has no fragment (RFC 6749 §3.1.2), and it is of https, of http on loopback
    (RFC 8252 §7.3), or of a scheme that is a domain name backwards (RFC 8252 §7.1).
    """
    if len(uri) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if "#" in uri:
        return "has a fragment"
    parts = _split(uri)
    if parts is None or not parts.scheme:
        return "is no absolute URI"
    if parts.username is not None:
        return "has a user name"
    return _complaint_of_scheme(parts.scheme, parts.hostname)


def is_registered(uri: str, registered: Sequence[str]) -> bool:
    """Return whether a URI is one of those, to the letter, but for the port of a loopback address.

    An app takes whichever port is free when it listens (RFC 8252 §7.3).
    """
    return uri in registered or (
        (portless := _without_port(uri)) is not None
        and portless in [_without_port(each) for each in registered]
    )


def with_parameters(uri: str, parameters: Mapping[str, str]) -> str:
    """Return a redirect URI with an answer in its query, after what it has (RFC 6749 §4.1.2)."""
    separator = "&" if urlsplit(uri).query else "" if uri.endswith("?") else "?"
    return f"{uri}{separator}{urlencode(parameters)}"


def _without_port(uri: str) -> str | None:
    """Return an http URI of a loopback address without its port, None for any other."""
    parts = _split(uri)
    if parts is None or parts.scheme != "http" or parts.hostname not in _LOOPBACK_ADDRESSES:
        return None
    if parts.username is not None:
        return None
    return uri.replace(parts.netloc, parts.netloc.removesuffix(f":{parts.port}"), 1)


def _split(uri: str) -> SplitResult | None:
    """Return the parts of a URI, None where it is none (RFC 3986)."""
    if _URI.fullmatch(uri) is None:
        return None
    try:
        parts = urlsplit(uri)
        has_port = parts.port is not None
    except ValueError:
        return None
    return None if has_port and not parts.hostname else parts


def _complaint_of_scheme(scheme: str, host: str | None) -> str | None:
    if scheme == "https":
        return None if host else "has no host"
    if scheme == "http":
        return None if host in _LOOPBACK else "is http, which is for loopback only"
    return None if "." in scheme else "is neither of https nor of an app's own scheme"
