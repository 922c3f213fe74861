"""The record: ledger tables, append, project, replay, verify, erase (Django)."""
