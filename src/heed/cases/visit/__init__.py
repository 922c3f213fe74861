"""Visits of a personal adviser to a care leaver; kinds only so far."""
