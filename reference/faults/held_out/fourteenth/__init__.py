"""The fourteenth set of faults planted from the documentation alone."""
