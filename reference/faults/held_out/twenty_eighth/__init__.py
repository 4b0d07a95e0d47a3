"""The twenty-eighth set of faults planted from the documentation alone."""
