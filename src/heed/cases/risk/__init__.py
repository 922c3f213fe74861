"""Risk of exploitation: cases, risk levels, threats, the panel and the national mechanism; kinds only so far."""
