"""Heed: the multi-agency safeguarding record for children at risk of exploitation."""
