"""How many children, known and hidden (pure, NumPy and SciPy)."""
