"""The twelfth set of faults planted from the documentation alone."""
