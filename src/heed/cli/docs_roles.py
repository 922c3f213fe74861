"""The reference page of roles: what each is for, whether its grant lets somebody read records, and who may grant it."""

import inspect

from .docs_page import head, page_of, table

_ABOUT = """What a person may do follows from the roles granted to them, each an entry on the record. Somebody may hold
several. The words are the glossary's."""
# What each role is for; a test refuses a role that is not here.
FOR = {
    "reporter": "Reports concerns and sees what became of their own.",
    "practitioner": "Works with children: social worker, constable, nurse, youth worker, teacher.",
    "team_manager": "Answers for a team's cases, duties and people.",
    "service_manager": "Answers for several teams; told when their duties fall overdue.",
    "director": "Answers for an agency; told when duties stay overdue.",
    "board_member": "Sits on the safeguarding partnership's board; sees figures, not records.",
    "scrutineer": "Independent of the agencies; told last, and told beforehand of every erasure.",
    "inspector": "Inspects for a regulator.",
    "records_officer": "Answers for the record itself: holds, erasures, openings, retention.",
    "administrator": "Proposes roles for people of their own agency; reads no records by that.",
}


def page() -> str:
    """Return the page; Django stands already."""
    from heed.people import rules
    from heed.people.entries import READING_ROLES, ROLES

    lines = [*head("Roles", _ABOUT), "## Who may grant a role", ""]
    said = [rule.__doc__ or "" for name, rule in inspect.getmembers(rules, inspect.isfunction) if name.startswith("a_")]
    lines += [*(f"* {' '.join(text.split())}" for text in said), ""]
    rows = [(f"[`{role}`](#{role})", "yes" if role in READING_ROLES else "no") for role in ROLES]
    lines += ["## All roles", "", *table(("role", "its grant lets somebody read records"), rows)]
    for role in ROLES:
        lines += [f"### {role}", "", FOR.get(role, ""), ""]
    return page_of(lines)
