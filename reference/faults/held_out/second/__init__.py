"""The second set of faults planted from the documentation alone."""
