"""The nineteenth set of faults planted from the documentation alone."""
