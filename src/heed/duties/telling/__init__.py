"""Telling people of what they owe and of what has climbed to them (docs/adr/telling-people.md)."""
