"""Files in the Department's shape about councils that do not exist, for tests. Every name and number is invented."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from heed.scrutiny.published.importing import read_folder
from heed.scrutiny.published.index import Statistics, statistics_of
from heed.scrutiny.published.tables import ASSESSMENT_BANDS, CONFERENCE_BANDS, SOURCES

PLACE = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code",
         "region_name", "old_la_code", "new_la_code", "la_name", "category"]  # fmt: skip
YEARS = range(2018, 2025)
# A cell of a council in a year: its index, the year, and the text that stands there.
Cell = Callable[[int, int], object]


@dataclass
class Borough:
    """An invented country of one region; each column is a function of council and year, or the default here."""

    councils: int = 14
    years: range = YEARS
    cells: dict[str, Cell] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def value(self, column: str, council: int, year: int) -> object:
        default = DEFAULTS.get(column, 0)
        return self.cells[column](council, year) if column in self.cells else default

    def write(self, folder: Path) -> Path:
        """Write the seven files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, (columns, category) in FILES.items():
            with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out)
                writer.writerow([*(column if column != "category" else category for column in PLACE), *columns])
                for year in self.years:
                    self.write_year(writer, year - (name == "population"), year, columns)
        return folder

    def write_year(self, writer: object, said: int, year: int, columns: list[str]) -> None:
        """Write the councils of one year, then the region and England as their sum rounded to 10."""
        sums = [0.0] * len(columns)
        for council in range(self.councils):
            values = [self.value(column, council, year) for column in columns]
            sums = [s + (float(v) if str(v).isdigit() else 3.0) for s, v in zip(sums, values, strict=True)]
            place = [said, "Reporting year", "Local authority", "E92000001", "England", "E12000099", "Invented region",
                     f"{901 + council}", f"E060009{council:02}", self.name(council), "Invented"]  # fmt: skip
            writer.writerow([*place, *values])  # type: ignore[attr-defined]
        rounded = [round(s / 10) * 10 for s in sums]
        region = [
            said,
            "Reporting year",
            "Regional",
            "E92000001",
            "England",
            "E12000099",
            "Invented region",
            "",
            "",
            "",
        ]
        country = [said, "Reporting year", "National", "E92000001", "England", "", "", "", "", ""]
        for place in (region, country):
            writer.writerow([*place, "Invented", *rounded])  # type: ignore[attr-defined]

    def name(self, council: int) -> str:
        return self.names.get(council, f"Invented Borough {chr(65 + council)}")

    def statistics(self, folder: Path) -> Statistics:
        return statistics_of(read_folder(self.write(folder)))


FILES: dict[str, tuple[list[str], str]] = {
    "population": (["population_estimate"], "age_group"),
    "factors": (["Episodes_with_assessment_factor", "Going_missing", "Child_sexual_exploitation", "Trafficking",
                 "Gangs", "Child_criminal_exploitation"], "category"),
    "assessments": (["Assessments_completed", *ASSESSMENT_BANDS], "category"),
    "conferences": (["ICPC", *CONFERENCE_BANDS], "category"),
    "reviews": (["CPP_At31_3Months", "Reviewed_within_timescales"], "category"),
    "referrals": (["Referrals", "Re_referrals"], "category"),
    "sources": (["Referrals", *SOURCES], "category"),
}  # fmt: skip
DEFAULTS = {
    "population_estimate": 50_000,
    "Episodes_with_assessment_factor": 2_000,
    "Going_missing": 80,
    "Child_sexual_exploitation": 60,
    "Trafficking": 20,
    "Gangs": 40,
    "Child_criminal_exploitation": 50,
    "Assessments_completed": 2_500,
    "31-40_days": 2_000,
    "61+_days": 500,
    "ICPC": 400,
    "duration_11-15_days": 320,
    "duration_21+_days": 80,
    "CPP_At31_3Months": 200,
    "Reviewed_within_timescales": 190,
    "Referrals": 2_600,
    "Re_referrals": 520,
    "police": 700,
    "schools": 500,
    "health_services": 400,
    "other": 1_000,
}
