"""Reports delivered to people who must answer them; kinds only so far."""
