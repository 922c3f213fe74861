"""The evaluators that must agree, each under its name."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

import yaml

from . import oracle

Rows = list[dict[str, Any]]
Evaluator = Callable[..., dict[str, Any]]


def by_oracle(
    rows: Rows,
    packs: list[str],
    as_of: str,
    known_at: str,
    covers: list[dict[str, Any]] | None = None,
    calendar: Iterable[date] | None = None,
) -> dict[str, Any]:
    """The oracle on packs given as YAML text."""
    return oracle.evaluate(rows, [read_pack(text) for text in packs], as_of, known_at, covers, calendar)


@cache
def read_pack(text: str) -> dict[str, Any]:
    """A pack with every scalar as text; read once, as it is never changed and reading takes longer than judging."""
    pack: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return pack


class Plain(yaml.SafeDumper):
    """Writes no anchors and aliases: a strict loader refuses them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_pack(pack: dict[str, Any]) -> str:
    """The pack as YAML text."""
    text: str = yaml.dump(pack, Dumper=Plain, sort_keys=False, width=120)
    return text


def named(name: str) -> Evaluator:
    """The evaluator of this name; an error when `heed.policy` has none."""
    if name == "oracle":
        return by_oracle
    import heed.policy

    found: Evaluator = getattr(heed.policy, f"evaluate_{name}")
    return found


NAMES = ("oracle", "batch", "incremental")
