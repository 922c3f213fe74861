"""Findings of inspections and audits; kinds only so far."""
