"""The members of one mapping in a policy file, each fetched by name and form."""

from .strict import Node, Refused


class Members:
    """A mapping whose words are known beforehand; any other word is refused when it is made."""

    def __init__(self, node: Node, words: tuple[str, ...], what: str) -> None:
        if not isinstance(node.value, dict):
            raise Refused(node.line, f"Here {what} should be a mapping.", "Write NAME: VALUE members.")
        self.line, self.what, self._nodes = node.line, what, node.value
        for name in self._nodes:
            if name not in words:
                line = (node.at or {}).get(name, node.line)
                raise Refused(line, f"{name!r} is not a word of {what}.", f"Use only {', '.join(words)}.")

    def node(self, name: str) -> Node | None:
        """Return the node of a member, or None where it is left out."""
        return self._nodes.get(name)

    def needed(self, name: str) -> Node:
        """Return the node of a member that may not be left out."""
        node = self._nodes.get(name)
        if node is None:
            raise Refused(self.line, f"{self.what.capitalize()} has no `{name}`.", f"Add `{name}`.")
        return node

    def text(self, name: str, default: str | None = None) -> str:
        """Return a member that is one text."""
        node = self._nodes.get(name)
        if node is None and default is not None:
            return default
        node = self.needed(name)
        if not isinstance(node.value, str):
            raise Refused(node.line, f"`{name}` is not one text.", f"Write `{name}: TEXT`.")
        return node.value

    def flag(self, name: str) -> bool:
        """Return a member that is true or false; left out means false."""
        node = self._nodes.get(name)
        if node is None:
            return False
        if node.value not in ("true", "false"):
            raise Refused(node.line, f"`{name}` is neither true nor false.", f"Write `{name}: true`.")
        return node.value == "true"

    def list_of(self, name: str) -> list[Node]:
        """Return the nodes of a member that is a list; left out means none."""
        node = self._nodes.get(name)
        if node is None:
            return []
        if not isinstance(node.value, list):
            raise Refused(node.line, f"`{name}` is not a list.", f"Write `{name}: [ … ]`.")
        return node.value

    def list_of_texts(self, name: str) -> tuple[str, ...]:
        """Return a member that is a list of texts, or one text; left out means none."""
        node = self._nodes.get(name)
        return () if node is None else texts(node)

    def mapping(self, name: str) -> dict[str, Node]:
        """Return the nodes of a member that is a mapping with names of its own; left out means none."""
        node = self._nodes.get(name)
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            raise Refused(node.line, f"`{name}` is not a mapping.", f"Write `{name}: {{NAME: VALUE}}`.")
        return node.value

    def texts_by_name(self, name: str) -> dict[str, str]:
        """Return a member that maps names to single texts."""
        return {key: texts(node)[0] for key, node in self.mapping(name).items()}


def texts(node: Node) -> tuple[str, ...]:
    """Return the texts of a list, or of a single text."""
    nodes = node.value if isinstance(node.value, list) else [node]
    found: list[str] = []
    for member in nodes:
        if not isinstance(member, Node) or not isinstance(member.value, str):
            raise Refused(node.line, "Here only texts may stand.", "Write a text or a list of texts.")
        found.append(member.value)
    return tuple(found)


def one_of(row: Members, name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return a member that must be one of a few words."""
    word = row.text(name, default)
    if word != default and word not in allowed:
        node = row.needed(name)
        raise Refused(node.line, f"{word!r} is no `{name}`.", f"Write one of {', '.join(allowed)}.")
    return word
