"""The eighteenth set of faults planted from the documentation alone."""
