"""A figure: what is asked, what the count answers, the bytes of the whole, and when one figure is lower than another.

Pure: a query and a tally in, a document out; the same in gives the same bytes on one release and kind of machine.
"""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from heed.count.answering import USUAL, answer
from heed.count.diagnostics import diagnose
from heed.count.result import ESTIMATE, Answer, Estimate, Headline, plain
from heed.count.tables import Table
from heed.lib.errors import Answered
from heed.lib.progress import Track, quiet

from .seen import Tally

FIGURES = 6  # significant figures that are written down: three more than a headline shows, far above rounding noise
LIBRARIES = ("numpy", "scipy", "numba")


@dataclass(frozen=True)
class Query:
    """What a figure asks: everything that, with the entries below `reach`, decides its bytes."""

    definition: int  # the number of the entry that adopted it
    as_of: str
    reach: int  # entries below this number are read: that is 'as known at'
    methods: tuple[str, ...] = USUAL
    bootstrap: int = 1000
    seed: int = 1
    refits: bool = True  # whether the diagnostics that refit (one list, one person, growth, linkage) are made too

    def as_facts(self) -> dict[str, Any]:
        """Return it as an entry holds it."""
        return {
            "definition": self.definition,
            "as_of": self.as_of,
            "reach": self.reach,
            "methods": list(self.methods),
            "bootstrap": self.bootstrap,
            "seed": self.seed,
            "refits": self.refits,
        }

    @classmethod
    def of_facts(cls, facts: dict[str, Any]) -> "Query":
        """Return the query that an entry holds."""
        return cls(**{**facts, "methods": tuple(facts["methods"])})


@dataclass(frozen=True)
class Numbers:
    """What a figure says in numbers; the ends of the range are decimals as text, None where it is refused."""

    known: int
    verdict: str
    lower: str | None
    upper: str | None
    sentence: str
    fingerprint: str
    digest: str

    def as_facts(self) -> dict[str, Any]:
        """Return them as an entry holds them; an end that there is not is left out."""
        held = {
            "known": self.known,
            "verdict": self.verdict,
            "lower": self.lower,
            "upper": self.upper,
            "sentence": self.sentence,
            "fingerprint": self.fingerprint,
            "digest": self.digest,
        }
        return {name: value for name, value in held.items() if value is not None}

    @classmethod
    def of_facts(cls, facts: dict[str, Any]) -> "Numbers":
        """Return the numbers that an entry holds."""
        return cls(**{"lower": None, "upper": None, **facts})


@dataclass(frozen=True)
class Computed:
    """A figure as computed: its numbers, its table as CSV, and the whole answer as the text that is stored."""

    numbers: Numbers
    table: str
    text: str


def compute(query: Query, made: Tally, *, track: Track[str] = quiet) -> Computed:
    """Count the tally as the query asks."""
    return computed(query, made, answered(query, made.table, track=track))


def answered(query: Query, table: Table, *, track: Track[str] = quiet) -> dict[str, Any]:
    """Return the count's own document about a table, with the diagnostics that refit where they are asked for."""
    somebody_was_seen(table)
    found = answer(table, methods=query.methods, replicates=query.bootstrap, seed=query.seed, track=track)
    document = found.as_json()
    if query.refits and found.verdict == ESTIMATE:
        document["diagnostics"] |= plain(diagnose(table, seed=query.seed))
    return document


def somebody_was_seen(table: Table) -> None:
    """Refuse an empty table: a count of nobody is no figure, and no estimate can rest on it."""
    if not table.observed:
        raise Answered("Nobody was seen by any of the lists in this period, as it was known then: there is no figure.")


def computed(query: Query, made: Tally, document: dict[str, Any]) -> Computed:
    """Put the figure together from the tally and the count's document."""
    whole = document | {
        "query": query.as_facts(),
        "known": made.known,
        "strata": made.known_by_stratum,
        "beside": {
            "perhaps in the period": made.perhaps,
            "on no list": made.on_no_list,
            "about nobody named": made.about_nobody,
            "unreadable": made.unreadable,
        },
    }
    text = as_text(whole)
    headline = document["headline"]
    numbers = Numbers(
        known=made.known,
        verdict=document["verdict"],
        lower=decimal(headline["lower"]) if headline else None,
        upper=decimal(headline["upper"]) if headline else None,
        sentence=headline["words"] if headline else document["reason"],
        fingerprint=document["fingerprint"],
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    return Computed(numbers, table_csv(made.table), text)


def as_text(document: dict[str, Any]) -> str:
    """Return a document as the text that is stored: keys sorted, numbers to six figures."""
    return json.dumps(rounded(document), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def rounded(value: Any) -> Any:
    """Return the value with every number that is not whole rounded to FIGURES figures."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return float(f"{value:.{FIGURES}g}") if isinstance(value, float) else value


def decimal(value: float) -> str:
    """Return a number to six figures as a decimal text, as an entry holds it."""
    text = format(Decimal(f"{value:.{FIGURES}g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def table_csv(table: Table) -> str:
    """Return the table as `heed count` reads it; a history that nobody could have had is marked."""
    rows = [",".join([*table.lists, "count"])]
    for mask in range(1, len(table.counts)):
        signs = [str(mask >> i & 1) for i in range(table.k)]
        count = f"{int(table.counts[mask])}" if table.possible[mask] else "impossible"
        if count != "0":
            rows.append(",".join([*signs, count]))
    return "\n".join(rows) + "\n"


def table_of(text: str, notes: tuple[str, ...]) -> Table:
    """Return the table that `table_csv` wrote."""
    header, *rows = [line.split(",") for line in text.splitlines()]
    counts, possible = np.zeros(2 ** (len(header) - 1)), np.ones(2 ** (len(header) - 1), dtype=bool)
    for *signs, count in rows:
        mask = sum(int(sign) << i for i, sign in enumerate(signs))
        possible[mask] = count != "impossible"
        counts[mask] = int(count) if possible[mask] else 0
    return Table(tuple(header[:-1]), counts, possible, notes=notes)


def lowered(old: Numbers, new: Numbers) -> tuple[str, ...]:
    """Return what is lower in `new` than in `old`: known, lower, upper, or range where an estimate became none."""
    found = ["known"] if new.known < old.known else []
    if old.lower is not None and new.lower is None:
        return (*found, "range")
    for end in ("lower", "upper"):
        was, now = getattr(old, end), getattr(new, end)
        if was is not None and now is not None and Decimal(now) < Decimal(was):
            found.append(end)
    return tuple(found)


def made_with() -> str:
    """Return the versions that the bytes rest on beside our own release."""
    parts = [f"python {platform.python_version()}", platform.machine()]
    return "; ".join([*parts, *(f"{name} {_installed(name)}" for name in LIBRARIES)])


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def answer_of(document: dict[str, Any]) -> Answer:
    """Return the count's result object that a stored document describes, for drawing."""
    headline = document["headline"]
    return Answer(
        observed=document["observed"],
        fingerprint=document["fingerprint"],
        lists=tuple(document["lists"]),
        verdict=document["verdict"],
        reason=document["reason"],
        evidence=document["evidence"],
        headline=Headline(headline["lower"], headline["upper"], headline["words"]) if headline else None,
        estimators=tuple(_estimate(one, document) for one in document["estimators"]),
        diagnostics=document["diagnostics"],
        warnings=tuple(document["warnings"]),
        assumptions=tuple(document["assumptions"]),
        bootstrap=document["bootstrap"],
        seed=document["seed"],
    )


def _estimate(one: dict[str, Any], document: dict[str, Any]) -> Estimate:
    plainly = ("name", "verdict", "reason", "evidence", "estimate", "lower", "interval", "model", "details", "seconds")
    return Estimate(
        observed=document["observed"],
        fingerprint=document["fingerprint"],
        upper=float("inf") if one["unbounded"] else one["upper"],
        weights=tuple((row["model"], row["weight"]) for row in one["weights"]),
        assumptions=tuple(one["assumptions"]),
        warnings=tuple(one["warnings"]),
        **{name: one[name] for name in plainly},
    )


def lowest(parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what is lower by any of several comparisons, each once."""
    return tuple(dict.fromkeys(name for part in parts for name in part))
