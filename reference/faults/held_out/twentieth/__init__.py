"""The twentieth set of faults planted from the documentation alone."""
