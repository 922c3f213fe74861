"""The synthetic borough and the replay of S1-S29."""
