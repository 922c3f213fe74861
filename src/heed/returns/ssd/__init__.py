"""The Standard Safeguarding Dataset: one CSV for each table, as a council's own system fills it."""
