"""Meetings, their minutes and the actions they set; kinds only so far."""
