"""Professional challenges and their answers; kinds only so far."""
