"""Entry kinds, canonical bytes and versions (pure, standard library only)."""
