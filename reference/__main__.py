"""`python -m reference --list-faults` prints the planted faults; `fourfold serve` serves."""

import argparse
import json
import sys

from reference.faults.catalogue import listing


def main(arguments: list[str]) -> int:
    """Print what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m reference", description=__doc__)
    parser.add_argument("--list-faults", action="store_true", required=True)
    parser.parse_args(arguments)
    json.dump(listing(), sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
