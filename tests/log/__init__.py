"""Tests of the log: vectors, other verifiers, and the stand-alone verifier."""
