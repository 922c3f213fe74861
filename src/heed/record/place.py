"""Where a record keeps what stands outside its database: keys, checkpoint, trust, files, the erasure journal."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Place:
    """One record's data folder."""

    folder: Path

    @property
    def keys(self) -> Path:
        """Private keys, mode 0600, in a folder of mode 0700."""
        return self.folder / "keys"

    @property
    def checkpoint(self) -> Path:
        """The newest checkpoint issued, as a note; a database smaller than it is refused."""
        return self.folder / "checkpoint"

    @property
    def trust(self) -> Path:
        """The policy file: our log keys, the witnesses, the quorum."""
        return self.folder / "trust"

    @property
    def journal(self) -> Path:
        """Numbers and parts of erased entries, so that a restored backup is erased again."""
        return self.folder / "erasures.journal"

    @property
    def files(self) -> Path:
        """Attachments, encrypted."""
        return self.folder / "files"

    @property
    def lock(self) -> Path:
        """Held while the checkpoint file or the journal is written."""
        return self.folder / ".lock"


def here() -> Place:
    """Return the place of this process's record."""
    return Place(Path(settings.DATA))
