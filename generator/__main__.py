"""`python -m generator` is `fourfold`."""

from generator.cli import main

if __name__ == "__main__":
    main()
