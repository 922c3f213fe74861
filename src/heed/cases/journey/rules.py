"""What must hold before files come in; each rule refuses with its sentence (pure)."""

from collections.abc import Collection

from heed.lib.errors import Answered, HeedError
from heed.returns.survey import Survey

# Who answers for an agency's files.
BRINGERS = frozenset({"records_officer", "service_manager", "director"})


def somebody_entitled_brings_the_files(*, is_record: bool, roles: Collection[str]) -> None:
    """An agency's files are brought in by its records officer, service manager or director, or by the record itself."""
    if not is_record and BRINGERS.isdisjoint(roles):
        raise Answered("An agency's files are brought in by its records officer, service manager or director.")


def something_can_be_taken(found: Survey) -> None:
    """Files of which no row can be taken are refused, with every row and its reason, and nothing is recorded."""
    if found.events:
        return
    rejects = [one.listed() for one in found.rejects]
    reason = f"none of {len(rejects)} rows can be taken" if rejects else "they tell of nothing that the journey holds"
    raise HeedError(f"Nothing was imported: {reason}.", rejects=rejects)
