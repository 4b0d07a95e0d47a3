"""An OAuth 2.0 authorization server for any API: clients, codes, grants, tokens; no HTTP in it.

It knows one grant, the authorization code with PKCE S256, and refresh tokens that work once
(RFC 6749, RFC 7636, RFC 9700).
"""
