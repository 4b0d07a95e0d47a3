"""`python -m reference.health_check URL` asks a server on this machine whether it is well.

The exit status is 0 where it is, 1 otherwise. The control token is FOURFOLD_CONTROL_TOKEN; without
it, a server that answers at all counts as well.
"""

import os
import sys

import httpx2


def main(url: str) -> int:
    """Ask, and print what was answered where it is not well; return the exit status."""
    token = os.environ.get("FOURFOLD_CONTROL_TOKEN")
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        answer = httpx2.get(f"{url}/_control/healthz", headers=headers, timeout=4)
    except httpx2.HTTPError as error:
        print(f"{url} does not answer: {type(error).__name__}.", file=sys.stderr)
        return 1
    if answer.status_code == 200 or (token is None and answer.status_code == 401):
        return 0
    print(f"{url} is not well: {answer.text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
