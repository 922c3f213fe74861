"""The safeguarding partners and their yearly report; kinds only so far."""
