"""Who oversees a case: supervision; kinds only so far."""
