"""Words that tell of a server's insides."""

from __future__ import annotations

import re

INSIDES = re.compile(
    r"""
    Traceback\ \(most\ recent | \bFile\ "[^"]+",\ line\ \d+
    | \bat\ [\w.$]+\([\w]+\.(java|kt|js|ts):\d+
    | \b[A-Za-z_.]*(Error|Exception)\b\s*[:(] | site-packages | node_modules | /usr/lib | \.py\b
    | <(!doctype|html|body|h1)\b | \b0x[0-9a-f]{8,}\b
    | \b(sqlalchemy|sqlite3?|psycopg\d?|postgres(ql)?|mysql|connexion|starlette|uvicorn|werkzeug
        |jsonschema|jsonschema_rs|msgspec|pydantic|flask|django|fastapi)\b
    | \bSELECT\b.+\bFROM\b | \bNoneType\b | \bObject\.<anonymous>
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def told(text: str) -> str:
    """The first word in a text that tells of the insides; empty where there is none."""
    match = INSIDES.search(text)
    return match[0] if match else ""
