"""The sector's formats, in and out (pure)."""
