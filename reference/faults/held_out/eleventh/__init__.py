"""The eleventh set of faults planted from the documentation alone."""
