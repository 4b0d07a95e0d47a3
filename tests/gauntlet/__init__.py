"""What becomes of documents that people brought: `python -m tests.gauntlet` writes GAUNTLET.md."""
