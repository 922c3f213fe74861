"""The index of clauses: every policy code with its tier, source and how sure we are; the manual has the rest."""

from heed.policy.explain import limit_words
from heed.policy.files import load_packs, shipped
from heed.policy.words import Clause

from .docs_page import head, page_of, table

_ABOUT = """Every clause of the packs that come with Heed. What each means in full, with its examples, stands in the
[policy manual](../../src/heed/policy/manual.md). A local clause is not law. Where *sure* says `secondary`, the
limit was read in a partnership's or a charity's page; `memory` means that nobody has read the source for us: check
it before relying on it; `invented` is our own choice."""


def page() -> str:
    """Return the page."""
    lines = head("Policy codes", _ABOUT)
    for pack in load_packs(sorted(shipped())):
        lines += [f"## {pack.title or pack.name}", "", f"Pack `{pack.name}`, version {pack.version}.", ""]
        for clause in pack.clauses:
            lines += [f"### {clause.id}, version {clause.version}", "", clause.sentence or "", ""]
            lines += table(("tier", "limit", "source", "sure"), [_row(clause)])
    return page_of(lines)


def _row(clause: Clause) -> tuple[str, str, str, str]:
    limits = "; ".join(limit_words(limit) for limit in clause.within) or "-"
    source = ", ".join(filter(None, [clause.source, clause.paragraph]))
    return clause.tier or "-", limits, source, clause.confirmed or "memory"
