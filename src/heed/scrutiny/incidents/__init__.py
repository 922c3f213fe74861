"""Serious incidents, their notification and the rapid review; kinds only so far."""
