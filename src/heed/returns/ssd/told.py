"""One row of the dataset in reach of the functions that tell it, and what is gathered from several tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from heed.returns.identity import Numbering
from heed.returns.journey import Assessment, ChildDetails
from heed.returns.rows import Doubt, Row

from .said import Unclear

NAME = "ssd"


@dataclass(slots=True)
class Story:
    """What is gathered from several tables before it can be told."""

    numbers: Numbering = field(default_factory=Numbering)
    people: dict[str, ChildDetails] = field(default_factory=dict)
    assessments: dict[str, Assessment] = field(default_factory=dict)
    child_of_care: dict[str, str] = field(default_factory=dict)
    legal: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """One row in reach of the functions that tell it; columns are asked for without their table's prefix."""

    row: Row
    story: Story
    prefix: str

    def __getitem__(self, column: str) -> Any:
        return self.row.values.get(f"{self.prefix}_{column}")

    def about(self, kind: str, own_id: object, child: object = None) -> dict[str, Any]:
        """Return child, identity and lineage for an event of this row."""
        return {
            "child": str(child or self["person_id"] or ""),
            "identity": self.story.numbers.number(NAME, kind, own_id),
            "lineage": (self.row.lineage,),
        }

    def flag(self, column: str) -> bool | None:
        """Return yes or no, also where the column is typed as text."""
        value = self[column]
        if isinstance(value, str):
            return {"y": True, "n": False, "yes": True, "no": False}.get(value.lower())
        return value if isinstance(value, bool) else None

    def said(self, read: Callable[[str | None], tuple[str, ...]], column: str) -> tuple[str, ...]:
        """Return what a column says in its small language; what cannot be read is doubted."""
        try:
            return read(self[column])
        except Unclear as why:
            row, text = self.row, str(self[column])
            where = (row.source, row.file_digest, row.sheet, row.line, row.table)
            self.story.doubts.append(Doubt(*where, f"{self.prefix}_{column}", text, str(why)))
            return ()
