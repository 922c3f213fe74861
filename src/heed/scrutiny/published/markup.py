"""HTML by small pieces: everything that is not a piece is escaped."""

from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def safe(content: str) -> str:
    return content if isinstance(content, Markup) else escape(content)


def tag(name: str, *content: str, **attributes: str | None) -> Markup:
    """Return an element; `class_` and `for_` lose their underscore, other underscores become hyphens."""
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    said = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    return Markup(f"<{name}{said}>{''.join(safe(part) for part in content)}</{name}>")


def joined(*parts: str) -> Markup:
    """Return several pieces one after another."""
    return Markup("".join(safe(part) for part in parts))
