"""The seventh set of faults planted from the documentation alone."""
