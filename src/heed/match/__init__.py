"""One child across agencies (pure, Splink)."""
