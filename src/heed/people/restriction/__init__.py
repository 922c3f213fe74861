"""Restricted records: a child or a concern that only named workers see (docs/adr/restricted-records.md)."""
