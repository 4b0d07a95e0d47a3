"""Faults planted from the documentation alone, in sets, by people who had not seen the rules."""
