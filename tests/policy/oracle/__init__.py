"""The independent oracle of the duty engine: written from shared `duties.md` alone, used only in tests."""
