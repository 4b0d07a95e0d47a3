"""`python -m reference.storage.migrations MESSAGE` writes the next revision.

It holds what the tables that are declared have and the revisions so far do not. Read it before it
is committed: Alembic sees what changed, not what was meant.
"""

import subprocess
import sys

from reference.storage.migrations import FOLDER
from reference.storage.migrations.alembic_history import write_revision

write_revision(" ".join(sys.argv[1:]))
for ruff in ("format",), ("check", "--fix"):
    subprocess.run([sys.executable, "-m", "ruff", *ruff, "--quiet", FOLDER], check=True)  # noqa: S603 - a tool of the project
