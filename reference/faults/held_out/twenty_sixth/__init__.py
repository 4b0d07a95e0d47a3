"""The twenty-sixth set of faults planted from the documentation alone."""
