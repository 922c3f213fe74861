"""Allegations against people in positions of trust; kinds only so far."""
