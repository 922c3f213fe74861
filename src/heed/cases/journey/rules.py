"""What must hold before files come in; each rule refuses with its sentence (pure)."""

from heed.lib.errors import Answered, HeedError
from heed.returns.survey import Survey


def somebody_of_the_agency_brings_its_files(*, agency: str, works_for: str | None) -> None:
    """An agency's files are brought in by somebody who works for it, or by the record itself."""
    if works_for is not None and works_for != agency:
        raise Answered("An agency's files are brought in by somebody who works for it.")


def something_can_be_taken(found: Survey) -> None:
    """Files of which no row can be taken are refused, with every row and its reason, and nothing is recorded."""
    if found.events:
        return
    rejects = [one.listed() for one in found.rejects]
    reason = f"none of {len(rejects)} rows can be taken" if rejects else "they tell of nothing that the journey holds"
    raise HeedError(f"Nothing was imported: {reason}.", rejects=rejects)
