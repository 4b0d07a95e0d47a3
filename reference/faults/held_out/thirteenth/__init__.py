"""The thirteenth set of faults planted from the documentation alone."""
