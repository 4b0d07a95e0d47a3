"""The twenty-fourth set of faults planted from the documentation alone."""
