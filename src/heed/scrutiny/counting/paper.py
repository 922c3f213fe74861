"""A figure as a page, its downloads and its plots show it: one object, small numbers withheld (selectors and words)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heed.count.drawing import plots
from heed.people.models import Agency, Worker
from heed.record import reading

from . import disclosure, selectors
from .figure import answer_of
from .models import CountingDefinition, Figure

# Plots that rest on shown numbers alone, in the order in which they are shown.
PLOTS = ("methods", "overlaps", "xi_sweep", "posterior", "bootstrap", "growth", "without one list", "linkage")


@dataclass(frozen=True)
class Revision:
    """One line of a figure's history, with the numbers under both rules."""

    row: Figure
    proposer: str
    signer: str
    stood: str
    old_rule: str
    new: str


def words_of(numbers: dict[str, Any] | None) -> str:
    """Return numbers in words: known, and the range or that there is none."""
    if numbers is None:
        return "–"
    known = known_words(disclosure.small(numbers["known"]))
    if numbers["verdict"] == "refused":
        return _("%(known)s known; no estimate is defensible") % {"known": known}
    ends = {"known": known, "lower": _whole(numbers["lower"]), "upper": _whole(numbers["upper"])}
    return _("%(known)s known; %(lower)s to %(upper)s in all") % ends


def known_words(known: int | None) -> str:
    """Return a known number, or that it is below five."""
    return _("fewer than %(least)s") % {"least": disclosure.LEAST} if known is None else f"{known:,}"


def _whole(text: str) -> str:
    return f"{float(f'{float(text):.3g}'):,.0f}"


def revisions(rows: Iterable[Figure]) -> list[Revision]:
    """Return the history of a figure, the newest first."""
    listed = list(rows)
    names = _names({key for row in listed for key in (row.proposed_by, row.signed_by)})
    return [
        Revision(
            row,
            names.get(row.proposed_by, ""),
            names.get(row.signed_by, ""),
            words_of(row.stood if row.stood_as_of == row.as_of else None),
            row.old_why or words_of(row.old_rule),
            words_of(row.result),
        )
        for row in reversed(listed)
    ]


def _names(keys: set[str]) -> dict[str, str]:
    agencies = dict(Agency.objects.values_list("key", "name"))
    held = Worker.objects.filter(key__in=keys)
    return {worker.key: f"{worker.name} ({agencies.get(worker.agency, '')})" for worker in held}


@dataclass(frozen=True)
class Paper:
    """Everything that is shown of one proposal or published figure."""

    row: Figure
    definition: CountingDefinition
    answer: dict[str, Any]  # as controlled
    commitment: str  # the entry's own salted digest of its facts
    may_see_fingerprint: bool
    history: list[Revision]

    @property
    def sentence(self) -> str:
        """The headline in words."""
        headline = self.answer["headline"]
        return str(headline["words"] if headline else self.answer["reason"])

    @property
    def hidden(self) -> str:
        """How many are on no list, as a range."""
        head, observed = self.answer["headline"], self.answer["observed"]
        if head is None or observed is None:
            return ""
        low, high = (max(0, _three(head[end]) - observed) for end in ("lower", "upper"))
        return _("%(low)s to %(high)s") % {"low": f"{low:,}", "high": f"{high:,}"}

    @property
    def known(self) -> str:
        """The known number."""
        return known_words(self.answer["known"])

    @property
    def methods(self) -> list[dict[str, Any]]:
        """The methods' own numbers as text."""
        return [_method(one) for one in self.answer["estimators"]]

    @property
    def warnings(self) -> list[str]:
        """What to beware of: the table's own, then each method's."""
        own = [f"{one['name']}: {line}" for one in self.answer["estimators"] for line in one["warnings"]]
        return [*self.answer["warnings"], *own]

    @property
    def assumptions(self) -> list[str]:
        """What the range rests on: common to all methods, then what each adds."""
        common = self.answer["assumptions"]
        own: dict[str, list[str]] = {}
        for one in self.answer["estimators"]:
            for line in one["assumptions"]:
                if line not in common:
                    own.setdefault(line, []).append(one["name"])
        return [*common, *(f"{line} ({', '.join(names)})" for line, names in own.items())]

    @property
    def strata(self) -> list[tuple[str, str]]:
        """Children known by stratum; small ones withheld."""
        return [(name, known_or_withheld(count)) for name, count in self.answer["strata"].items()]

    @property
    def beside(self) -> list[str]:
        """What was left out of the table, in words."""
        held = self.answer["beside"]
        said = []
        if held["perhaps in the period"] != 0:
            perhaps = known_words(held["perhaps in the period"])
            said.append(
                _("%(n)s more children perhaps belong to the period; their dates are not exact.") % {"n": perhaps}
            )
        if held["on no list"] != 0:
            said.append(_("%(n)s known children are on none of the lists.") % {"n": known_words(held["on no list"])})
        for name, one, many in (
            ("about nobody named", "%(n)s report names no child.", "%(n)s reports name no child."),
            ("unreadable", "%(n)s entry cannot be read: erased.", "%(n)s entries cannot be read: erased."),
        ):
            if held[name]:
                said.append(ngettext(one, many, held[name]) % {"n": held[name]})
        return said

    def document(self) -> dict[str, Any]:
        """Return the object that JSON and CSV give."""
        row = self.row
        return {
            "title": self.definition.title,
            "definition": f"{self.definition.name} {self.definition.version}",
            "definition_entry": self.definition.n,
            "definition_digest": self.definition.digest,
            "as_of": row.as_of,
            "known_at": row.known_at,
            "reads_entries_below": row.query["reach"],
            "proposed_in_entry": row.n,
            "published_in_entry": row.published_n,
            "made_with": row.made_with,
            "commitment": self.commitment,
            "known": self.answer["known"],
            "answer": self.answer if self.may_see_fingerprint else self.answer | {"fingerprint": None},
            "history": [_as_row(one) for one in self.history],
        }


def _three(value: float) -> int:
    return int(float(f"{value:.3g}"))


def known_or_withheld(count: int | None) -> str:
    """Return a cell, or that it is withheld."""
    return _("withheld") if count is None else f"{count:,}"


def _method(one: dict[str, Any]) -> dict[str, Any]:
    has_none = one["estimate"] is None
    upper = _("no limit") if one["unbounded"] else "–" if one["upper"] is None else f"{one['upper']:,.0f}"
    return {
        "name": one["name"],
        "stands": one["verdict"] == "estimate",
        "estimate": _("none") if has_none else f"{one['estimate']:,.0f}",
        "range": "–"
        if one["lower"] is None
        else _("%(low)s to %(high)s") % {"low": f"{one['lower']:,.0f}", "high": upper},
        "note": one["reason"] if has_none else one["model"],
        "interval": one["interval"],
    }


def _as_row(one: Revision) -> dict[str, Any]:
    row = one.row
    return {
        "entry": row.n,
        "published_in_entry": row.published_n,
        "refused_in_entry": row.refused_n,
        "action": row.action,
        "stood": one.stood,
        "old_rule": one.old_rule,
        "new": one.new,
        "lowered": row.lowered,
        "reason": row.reason,
        "evidence": row.evidence,
        "files": row.files,
        "proposed_by": one.proposer,
        "signed_by": one.signer,
    }


def paper(row: Figure, *, may_see_fingerprint: bool) -> Paper:
    """Return what is shown of a proposal or published figure; of a withdrawal, the figure that had stood."""
    shown = row if row.result else Figure.objects.get(n=row.stood_n or -1)
    document = selectors.document_of(shown)
    is_open = may_see_fingerprint or not disclosure.is_withholding(document)
    return Paper(
        row=shown,
        definition=selectors.definition_at(shown.query["definition"]),
        answer=disclosure.controlled(document),
        commitment=reading.entry(shown.n).spine.facts,
        may_see_fingerprint=is_open,
        history=revisions(selectors.history(row.key)),
    )


def specs(row: Figure) -> dict[str, dict[str, Any]]:
    """Return the plots of a figure that rest on shown numbers, as Vega-Lite specifications by name."""
    document = selectors.document_of(row)
    if not disclosure.is_large(document):
        return {}
    safe = disclosure.controlled(document)["diagnostics"]
    found = replace(answer_of(document), diagnostics=safe)
    made = plots(found, {name: value for name, value in safe.items() if value})
    if not safe["overlaps"]:
        made.pop("overlaps")
    return {name: made[name] for name in PLOTS if name in made}
