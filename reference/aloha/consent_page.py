"""The page on which a user sees what an app asks for.

The server has no users who could sign in: whoever runs it decides for them, on the control plane.
So the page only says what is asked; it loads, runs and sends nothing, and nobody can frame it.
"""

import base64
import hashlib
from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse

from reference.oauth.authorization_request import AuthorizationRequest

_MEANINGS: Mapping[str, str] = {
    "read": "See your posts and your inbox",
    "write": "Create posts, run matrices, train your voice and export analytics",
    "webhook:admin": "Manage the webhook subscriptions of your workspace",
}
_STYLE = """
body { margin: 15vh auto; max-width: 32rem; padding: 0 1.5rem; font: 1rem/1.6 system-ui, sans-serif;
  color: #1c1c1c; background: #fff }
code { overflow-wrap: anywhere }
.decision { border-top: 1px solid #ccc; padding-top: 1rem; color: #555 }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616 }
  .decision { color: #aaa; border-color: #444 } }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Pragma": "no-cache",
}


def consent_page(asked: AuthorizationRequest) -> HTMLResponse:
    """Return the page for a request that a user can grant."""
    name = escape(asked.client.name)
    wanted = "\n".join(f"<li>{escape(_MEANINGS[scope])}" for scope in asked.scopes)
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Allow {name} to use Aloha?</title>
<style>{_STYLE}</style>
<main>
<h1>Allow {name} to use Aloha?</h1>
<p>{name} asks to do this in your workspace:
<ul>
{wanted}
</ul>
<p>You would come back to <code>{escape(asked.redirect_uri)}</code>.
<p class="decision">This is a reference server without users. Whoever runs it decides, with the
address of this page: <code>POST /_control/oauth/approve</code>.
</main>
""",
        headers=_HEADERS,
    )
