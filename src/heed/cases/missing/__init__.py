"""What follows a child's return beside the interview: the police's prevention check; kinds only so far."""
