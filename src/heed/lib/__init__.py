"""Small helpers without a word of the domain (pure)."""
