"""Strategy discussions and conferences: why none was needed, who was called, who answered; kinds only so far."""
