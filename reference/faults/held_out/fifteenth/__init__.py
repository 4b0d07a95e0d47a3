"""The fifteenth set of faults planted from the documentation alone."""
