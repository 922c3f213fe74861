"""Crimes disclosed and recorded, steps of an investigation, what the victim was told; kinds only so far."""
