"""Invented names, plainly marked: no list of real people is read."""

from random import Random

_FIRST_TEXT = (
    "Ash Bay Cove Dell Elm Fern Gale Haze Ivy Jet Kite Lark Moss Nook Oak Pine Quill Reed Sage Tarn Vale Wren Yew"
)
_LAST_TEXT = "Sample Specimen Example Mockford Testwell Invented Placeholder Dummy Fabrick Pretend"
_FIRST, _LAST = _FIRST_TEXT.split(), _LAST_TEXT.split()


def invented_name(random: Random) -> str:
    """Return a name that nobody bears."""
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"
