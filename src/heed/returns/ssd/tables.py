"""The dataset's tables, from its own schema files, with the schema's slips put right and named."""

import json
from pathlib import Path
from typing import Any

from heed.returns.columns import Column, Kind
from heed.returns.tables import Table

FILE = Path(__file__).resolve().parent.parent / "schemas" / "ssd" / "tables.json"
KINDS: dict[str, Kind] = {"datetime": "date", "nchar": "flag", "bit": "flag", "int": "number", "float": "number"}
# Columns typed as flags that hold codes.
CODES = frozenset({"cppr_cp_review_participation", "clai_immunisations_status", "senn_active_ehcp_need_rank"})
# Keys that the schema marks otherwise: a family, or a mother's child, is not one row.
KEYS = {"ssd_family": ("fami_table_id",), "ssd_mother": ("moth_table_id",)}
# Newer releases carry the names; older files without them are as good.
ADDED = {"ssd_person": ("pers_forename", "pers_surname")}
# Where the schema points at a column that does not exist, or at the wrong one.
POINTERS = {
    "clae_cla_placement_id": "ssd_cla_placement.clap_cla_placement_id",
    "perm_person_id": "ssd_person.pers_person_id",
    "moth_person_id": "ssd_person.pers_person_id",
    "ehcn_ehcp_asmt_id": "ssd_ehcp_assessment.ehca_ehcp_assessment_id",
}
# Spans, as (table, start, end).
ORDERED = {
    "ssd_cin_episodes": (("cine_referral_date", "cine_close_date"),),
    "ssd_cin_assessments": (("cina_assessment_start_date", "cina_assessment_auth_date"),),
    "ssd_cin_plans": (("cinp_cin_plan_start_date", "cinp_cin_plan_end_date"),),
    "ssd_s47_enquiry": (("s47e_s47_start_date", "s47e_s47_end_date"),),
    "ssd_cp_plans": (("cppl_cp_plan_start_date", "cppl_cp_plan_end_date"),),
    "ssd_cla_episodes": (("clae_cla_episode_start_date", "clae_cla_episode_ceased_date"),),
    "ssd_cla_placement": (("clap_cla_placement_start_date", "clap_cla_placement_end_date"),),
    "ssd_missing": (("miss_missing_episode_start_date", "miss_missing_episode_end_date"),),
    "ssd_involvements": (("invo_involvement_start_date", "invo_involvement_end_date"),),
}
# Tables in the order they are read: what others point at comes first.
FIRST = [
    "ssd_department",
    "ssd_professionals",
    "ssd_person",
    "ssd_disability",
    "ssd_linked_identifiers",
    "ssd_immigration_status",
    "ssd_contacts",
    "ssd_early_help_episodes",
    "ssd_cin_episodes",
    "ssd_cin_assessments",
    "ssd_assessment_factors",
    "ssd_cin_plans",
    "ssd_cin_visits",
    "ssd_s47_enquiry",
    "ssd_initial_cp_conference",
    "ssd_cp_plans",
    "ssd_cp_visits",
    "ssd_cp_reviews",
    "ssd_legal_status",
    "ssd_cla_episodes",
    "ssd_cla_placement",
    "ssd_cla_visits",
    "ssd_cla_reviews",
    "ssd_missing",
    "ssd_care_leavers",
    "ssd_involvements",
]


def table_of(name: str, columns: list[dict[str, Any]]) -> Table:
    """Return a table; a row needs its key and its person, everything else may be blank."""
    key = KEYS.get(name) or tuple(column["name"] for column in columns if column.get("key"))
    made = [
        Column(
            column["name"],
            "text" if column["name"] in CODES else KINDS.get(column["type"], "text"),
            column["name"] in key or ("person_id" in column["name"] and bool(column.get("required"))),
        )
        for column in columns
    ]
    return Table(name, (*made, *map(Column, ADDED.get(name, ()))), key, ORDERED.get(name, ()))


def read_schema() -> tuple[dict[str, Table], dict[str, tuple[str, str]]]:
    """Return the tables in reading order, and where each column that points elsewhere points."""
    document = json.loads(FILE.read_text(encoding="utf-8"))["tables"]
    order = sorted(document, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    pointers: dict[str, tuple[str, str]] = {}
    for columns in document.values():
        for column in columns:
            if target := POINTERS.get(column["name"], column.get("points_to")):
                table, _, name = target.partition(".")
                pointers[column["name"]] = (table, name)
    return {name: table_of(name, document[name]) for name in order}, pointers


TABLES, POINTS_TO = read_schema()
