"""Planted faults: named, small changes of behaviour, each breaking one promise.

They are there to test a conformance suite: one that passes with a fault planted has a hole. Benign
variants change what no promise is about; a suite that fails with one of them is wrong.
"""
