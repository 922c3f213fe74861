"""Children, adults, agencies, workers and access (Django)."""
