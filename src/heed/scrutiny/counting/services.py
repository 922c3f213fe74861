"""What people do about counting: adopt a definition; propose, sign and refuse a figure, its revision or withdrawal.

A figure is computed before the head is locked, from entries below a number, which cannot change; what can change
meanwhile (roles, what stands, erasures) is read and checked under the lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from heed.count.answering import USUAL
from heed.entry.keys import new_key
from heed.entry.kinds import kinds
from heed.entry.when import parse_date
from heed.lib.errors import Answered, HeedError
from heed.lib.progress import Track, quiet
from heed.people.selectors import roles_of
from heed.record import reading
from heed.record.ledger import Head, append, repeated, writing
from heed.record.model import NOW, By, Draft, Entry, FileDraft
from heed.record.release import product_version

from . import rules, selectors
from .definition_text import parse
from .entries import CountingAdopted, FigureProposed, FigurePublished, FigureRefused
from .figure import Computed, Numbers, Query, lowered, lowest, made_with
from .models import CountingDefinition, Figure


def adopt_definition(*, by: By, text: str) -> Entry:
    """Adopt a counting definition; versions of one name are one counting. HeedError says what is wrong with one."""
    made = parse(text, kinds=kinds)
    with writing() as head:
        rules.a_figure_is_proposed_and_signed_by_a_scrutineer_or_director(roles_of(by.actor))
        earlier = CountingDefinition.objects.filter(name=made.counting).order_by("n").first()
        if CountingDefinition.objects.filter(name=made.counting, version=made.version).exists():
            raise Answered(f"The version {made.version} of {made.counting} is adopted already; give it another number.")
        facts = {
            "name": made.counting,
            "version": made.version,
            "title": made.title,
            "in_force_from": made.in_force_from.isoformat(),
            "digest": made.digest,
            "text": text,
        }
        if made.in_force_until is not None:
            facts["in_force_until"] = made.in_force_until.isoformat()
        subject = earlier.key if earlier else new_key()
        return append(head, Draft(kind=CountingAdopted, subject=subject, facts=facts, occurred_at=NOW), by=by)[0]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A figure as its form asks for it, and, where something stood, why it changes."""

    definition: str  # a counting, `name@version`, or the number of the entry that adopted it
    as_of: str
    known_at: datetime | None = None  # None: all that is recorded now
    methods: tuple[str, ...] = USUAL
    bootstrap: int = 1000
    seed: int = 1
    refits: bool = True
    reason: str = ""
    evidence: tuple[int, ...] = ()
    files: tuple[FileDraft, ...] = ()


@dataclass(frozen=True)
class _Case:
    """What a proposal will say, computed before the lock."""

    action: str
    counting: str
    query: Query
    made: Computed | None
    before: Figure | None
    old_rule: Numbers | None = None
    old_query: Query | None = None
    old_why: str = ""

    @property
    def stood(self) -> Numbers | None:
        """What stood for the same day."""
        return selectors.numbers_of(self.before) if self.before and self.is_same_day else None

    @property
    def is_same_day(self) -> bool:
        """Whether a figure was published for this very day."""
        return self.before is not None and self.before.as_of == self.query.as_of

    @property
    def is_revision(self) -> bool:
        """Whether something stood for the day, or another rule made the figure before."""
        return self.before is not None and (self.is_same_day or self.old_query != self.query)

    @property
    def lowered(self) -> tuple[str, ...]:
        """What this lowers, against what stood and against the old rule on the same data."""
        if self.action == "withdraw":
            return ("withdrawn",)
        new = self.made.numbers if self.made else None
        earlier = [old for old in (self.stood, self.old_rule) if old is not None and new is not None]
        return lowest([lowered(old, new) for old in earlier if new is not None])


def propose_figure(*, by: By, ask: Ask, request: str = "", track: Track[str] = quiet) -> Entry:
    """Propose to publish a figure, or to revise the one that stands for its day; another person must sign.

    1. compute, and compute by the old rule where one made the figure before; 2. lock; 3. check; 4. append.
    """
    rules.a_figure_is_proposed_and_signed_by_a_scrutineer_or_director(roles_of(by.actor))
    case = _case(ask, track)
    return _propose(by, case, ask, request)


def propose_withdrawal(
    *, by: By, figure: str, reason: str, evidence: Sequence[int] = (), files: tuple[FileDraft, ...] = ()
) -> Entry:
    """Propose to withdraw a figure; it is a revision, and what stood is shown for ever."""
    row = _stands(figure)
    case = _Case("withdraw", row.counting, Query.of_facts(row.query), None, row)
    ask = Ask(definition="", as_of=row.as_of, reason=reason, evidence=tuple(evidence), files=files)
    return _propose(by, case, ask, "")


def _stands(figure: str) -> Figure:
    rows = Figure.objects.filter(key=figure).exclude(published_n=None).order_by("-published_n")
    row = rows.first()
    if row is None or row.action == "withdraw":
        raise Answered("There is no such figure, or it is withdrawn already.")
    return row


def _case(ask: Ask, track: Track[str]) -> _Case:
    reach = selectors.reach_at(ask.known_at)
    if reach == 0:
        raise Answered("Nothing had been recorded by then.")
    row = selectors.definition_named(ask.definition, parse_date(ask.as_of), below=reach)
    rules.the_day_is_known(day=ask.as_of, known_on=selectors.known_on(reach))
    query = Query(row.n, ask.as_of, reach, tuple(ask.methods), ask.bootstrap, ask.seed, ask.refits)
    made = selectors.computed_of(query, track=track)
    before = selectors.last_published(row.key, ask.as_of)
    action = "revise" if before is not None and before.as_of == ask.as_of else "publish"
    if before is None:
        return _Case(action, row.key, query, made, None)
    old_query = selectors.under(query, before)
    old_rule, why = _by_old_rule(old_query, query, made)
    return _Case(action, row.key, query, made, before, old_rule, old_query, why)


def _by_old_rule(old: Query, new: Query, made: Computed) -> tuple[Numbers | None, str]:
    """Return the new data's numbers by the old rule, or why it gives none."""
    if old == new:
        return made.numbers, ""
    try:
        return selectors.computed_of(old).numbers, ""
    except HeedError as refusal:
        return None, str(refusal)


def _propose(by: By, case: _Case, ask: Ask, request: str) -> Entry:
    request = request or new_key()
    with writing() as head:
        if (done := repeated(head, request)) is not None:
            return reading.entry(done)
        rules.a_figure_is_proposed_and_signed_by_a_scrutineer_or_director(roles_of(by.actor))
        now = selectors.last_published(case.counting, case.query.as_of)
        rules.nothing_was_published_in_between(
            compared_with=case.before.n if case.before else None, stands=now.n if now else None
        )
        rules.a_revision_has_a_reason(is_revision=case.is_revision, reason=ask.reason)
        rules.evidence_is_on_the_record(evidence=ask.evidence, size=head.size)
        rules.a_lower_figure_has_evidence(lowered=case.lowered, evidence=ask.evidence, files=len(ask.files))
        figure = selectors.figure_key(case.counting, case.query.as_of) or new_key()
        draft = Draft(
            kind=FigureProposed,
            subject=figure,
            facts=_facts(case, ask),
            words={"reason": ask.reason} if ask.reason else {},
            refs={"counting": [case.counting]},
            occurred_at=NOW,
            files=ask.files,
            request=request,
        )
        return append(head, draft, by=by)[0]


def _facts(case: _Case, ask: Ask) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "action": case.action,
        "query": case.query.as_facts(),
        "known_at": selectors.known_at(case.query.reach),
        "lowered": list(case.lowered),
        "made_with": f"heed {product_version()}; {made_with()}",
    }
    if case.made is not None:
        facts |= {"result": case.made.numbers.as_facts(), "table": case.made.table, "text": case.made.text}
    if case.before is not None:
        facts |= {
            "stood": selectors.numbers_of(case.before).as_facts(),
            "stood_n": case.before.n,
            "stood_as_of": case.before.as_of,
        }
    if case.old_query is not None:
        facts["old_query"] = case.old_query.as_facts()
    if case.old_rule is not None:
        facts["old_rule"] = case.old_rule.as_facts()
    if case.old_why:
        facts["old_why"] = case.old_why[:2_000]
    if ask.evidence:
        facts["evidence"] = sorted(set(ask.evidence))
    return facts


def sign_figure(*, by: By, proposal: int) -> Entry:
    """Sign a proposal as another person: it is computed anew, and stands from this entry on."""
    row = _open(proposal)
    erased = selectors.erasures()
    digest = _computed_anew(row)
    with writing() as head:
        _check_signer(head, by, _open(proposal))
        if selectors.erasures() != erased:
            raise Answered("An entry was erased while this was computed. Sign again.")
        facts: dict[str, Any] = {"proposal": row.n, "lowers": bool(row.lowered)}
        if digest:
            facts["digest"] = digest
        draft = Draft(
            kind=FigurePublished, subject=row.key, facts=facts, refs={"counting": [row.counting]}, occurred_at=NOW
        )
        return append(head, draft, by=by)[0]


def _open(proposal: int) -> Figure:
    row = Figure.objects.filter(n=proposal, published_n=None, refused_n=None).first()
    if row is None:
        raise Answered("There is no such proposal, or it was answered already.")
    return row


def _computed_anew(row: Figure) -> str:
    """Return the digest of a proposal's answer as the record gives it now; refuse another one than was proposed."""
    if row.action == "withdraw":
        return ""
    found = selectors.reproduce(row)
    rules.the_figure_is_what_the_record_gives(proposed=found.digest, anew=found.anew)
    if not found.old_rule:
        raise Answered("Computed anew the old rule gives another figure than the one proposed. Propose anew.")
    return found.anew


def _check_signer(head: Head, by: By, row: Figure) -> None:
    rules.a_figure_is_proposed_and_signed_by_a_scrutineer_or_director(roles_of(by.actor))
    rules.another_person_signs(proposed_by=row.proposed_by, actor=by.actor)
    rules.a_lower_figure_is_signed_outside_the_proposers_agency(
        lowered=row.lowered, proposer_agency=row.proposer_agency, agency=by.agency
    )
    now = selectors.last_published(row.counting, row.as_of)
    rules.nothing_was_published_in_between(compared_with=row.stood_n, stands=now.n if now else None)
    rules.a_lower_figure_has_evidence(lowered=row.lowered, evidence=row.evidence, files=len(row.files))
    rules.evidence_is_on_the_record(evidence=row.evidence, size=head.size)


def refuse_figure(*, by: By, proposal: int, reason: str) -> Entry:
    """Refuse a proposal, or take one's own back, with a reason."""
    if not reason.strip():
        raise Answered("Say why; the reason is on the record.")
    with writing() as head:
        rules.a_figure_is_proposed_and_signed_by_a_scrutineer_or_director(roles_of(by.actor))
        row = _open(proposal)
        draft = Draft(
            kind=FigureRefused,
            subject=row.key,
            facts={"proposal": row.n},
            words={"reason": reason},
            refs={"counting": [row.counting]},
            occurred_at=NOW,
        )
        return append(head, draft, by=by)[0]


def shipped(name: str) -> str:
    """Return the text of a definition that is shipped as an example."""
    return resources.files(__package__).joinpath(f"definitions/{name}.yaml").read_text("utf-8")
