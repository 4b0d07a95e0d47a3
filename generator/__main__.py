"""`fourfold`, and `python -m generator`: the command, and what an interrupt means before it is."""

import sys


def main() -> None:
    """Run the command. Exits with its status; an interrupt while it is imported ends it, silently.

    Nothing has begun then that would have to be put away, or told of.
    """
    try:
        from generator.cli import main as run  # noqa: PLC0415  what an interrupt may fall into
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
