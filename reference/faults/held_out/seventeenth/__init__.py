"""The seventeenth set of faults planted from the documentation alone."""
