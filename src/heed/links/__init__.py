"""Networks of people, places and things (pure)."""
