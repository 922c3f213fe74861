"""What must hold before a figure is proposed and signed; each rule refuses with its sentence (pure; called locked)."""

from collections.abc import Collection, Sequence

from heed.lib.errors import Answered

READERS = frozenset({"board_member", "scrutineer", "inspector", "director", "records_officer"})
PUBLISHERS = frozenset({"scrutineer", "director"})


def a_figure_is_proposed_and_signed_by_a_scrutineer_or_director(roles: Collection[str]) -> None:
    """Definitions are adopted, and figures proposed and signed, by an independent scrutineer or a director."""
    if not PUBLISHERS & set(roles):
        raise Answered("This is for an independent scrutineer or a director.")


def a_revision_has_a_reason(*, is_revision: bool, reason: str) -> None:
    """A figure that stood is changed, upwards too, only with a reason."""
    if is_revision and not reason.strip():
        raise Answered("A figure stands already, or another rule made the last one: say why it changes, upwards too.")


def a_lower_figure_has_evidence(*, lowered: Sequence[str], evidence: Sequence[int], files: int) -> None:
    """A figure is lowered only with evidence: entries of the record, or files."""
    if lowered and not evidence and not files:
        what = ", ".join(lowered)
        raise Answered(f"This lowers what was published ({what}): name the entries, or add the files, that show why.")


def evidence_is_on_the_record(*, evidence: Sequence[int], size: int) -> None:
    """Evidence is named by the numbers of entries that exist."""
    for n in evidence:
        if not 0 <= n < size:
            raise Answered(f"There is no entry {n}; the record holds {size}.")


def another_person_signs(*, proposed_by: str, actor: str) -> None:
    """Nobody signs what she proposed."""
    if actor == proposed_by:
        raise Answered("Nobody signs her own proposal.")


def a_lower_figure_is_signed_outside_the_proposers_agency(
    *, lowered: Sequence[str], proposer_agency: str, agency: str
) -> None:
    """A figure is lowered only with a signer of another agency than the proposer's."""
    if lowered and agency == proposer_agency:
        raise Answered("This lowers what was published: somebody of another agency than the proposer must sign.")


def nothing_was_published_in_between(*, compared_with: int | None, stands: int | None) -> None:
    """A proposal is compared with the figure that stands when it is recorded and when it is signed."""
    if compared_with != stands:
        raise Answered("Another figure was published meanwhile. Compare with it: propose anew.")


def the_day_is_known(*, day: str, known_on: str) -> None:
    """Nobody counts a day that the entries read do not reach."""
    if day > known_on:
        raise Answered(f"The entries read end on {known_on}; {day} is not known yet.")


def the_figure_is_what_the_record_gives(*, proposed: str, anew: str) -> None:
    """What is signed is what the record gives, computed anew, to the byte."""
    if proposed != anew:
        raise Answered("Computed anew the record gives another figure than the one proposed. Propose anew.")
