"""How the two endpoints refuse (RFC 6749 §4.1.2.1 and §5.2). No text repeats what was sent."""


class AuthorizationError(Exception):
    """A client or redirect URI that is not known: nobody is sent anywhere."""


class RedirectedError(Exception):
    """A fault of an authorization request that the client is told of, by way of the browser."""

    def __init__(self, location: str) -> None:
        super().__init__("The request cannot be granted; its client is told why.")
        self.location = location
        """Where the browser goes."""


class OAuthError(Exception):
    """A request that is refused with a code of RFC 6749; the message is one sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
