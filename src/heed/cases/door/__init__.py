"""A public door: reports without an account, and coming back by a code (docs/adr/public-reports.md)."""
