"""Which records are of one child, as the links below a number say (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass

from heed.record.model import Entry


@dataclass(frozen=True)
class Same:
    """Records of one child, joined: every key leads to the smallest key of its group."""

    of_key: dict[str, str]

    @classmethod
    def of(cls, entries: Iterable[Entry], *, methods: frozenset[str], least: str) -> "Same":
        """Join the pairs whose latest entry links them, by one of these methods and at least so probably."""
        latest: dict[tuple[str, ...], bool] = {}
        for entry in entries:
            if entry.kind in ("identity.linked.1", "identity.unlinked.1"):
                pair = tuple(entry.keys("same"))
                latest[pair] = entry.kind == "identity.linked.1" and _is_trusted(entry, methods, least)
        return cls(_joined(sorted(pair for pair, is_linked in latest.items() if is_linked and len(pair) == 2)))

    def child(self, key: str) -> str:
        """Return the key that stands for the child of this record."""
        return self.of_key.get(key, key)


def _is_trusted(entry: Entry, methods: frozenset[str], least: str) -> bool:
    if entry.fact("method") not in methods:
        return False
    probability = entry.fact("probability")
    return probability is None or float(probability) >= float(least)


def _joined(pairs: list[tuple[str, ...]]) -> dict[str, str]:
    root: dict[str, str] = {}

    def find(key: str) -> str:
        while root.setdefault(key, key) != key:
            key = root[key]
        return key

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    return {key: find(key) for key in list(root)}
