"""Support that outlives the case; kinds only so far."""
