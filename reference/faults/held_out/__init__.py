"""Faults planted from the documentation alone, by people who had not seen the rules."""
