"""One folder for each thing that people do (Django)."""
