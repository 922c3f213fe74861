"""A concern that must be answered: the first slice, and the pattern that every later one copies."""
