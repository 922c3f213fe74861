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
    "director": "Answers for an agency; told when duties stay overdue. Proposes and approves procedures.",
    "board_member": "Sits on the partnership's board; sees figures, not records. Proposes and approves procedures.",
    "scrutineer": "Independent of the agencies; told last, and of erasures before. Proposes and approves procedures.",
    "inspector": "Inspects for a regulator.",
    "records_officer": "Answers for the record itself: holds, erasures, openings, retention.",
    "administrator": "Proposes roles for people of their own agency; reads no records by that.",
}


_OFFICES = """A named post, such as the front-door manager, is granted apart from roles, by the same two people.
It opens no record by itself: whoever holds it holds a role that reads records in that agency, and it ends with the
last of them. A duty of an owner that nobody is goes to the agency's director, flagged."""


def owners() -> dict[str, str]:
    """Return each owner of the shipped packs' clauses with their ids."""
    from heed.policy.files import load_packs

    found: dict[str, list[str]] = {}
    for pack in load_packs([]):
        for clause in pack.clauses:
            found.setdefault(clause.owner or "", []).append(clause.id)
    return {owner: ", ".join(dict.fromkeys(ids)) for owner, ids in found.items()}


def page() -> str:
    """Return the page; Django stands already."""
    from heed.people import rules
    from heed.people.entries import OFFICES, READING_ROLES, ROLES
    from heed.people.forms import role_words

    lines = [*head("Roles", _ABOUT), "## Who may grant a role", ""]
    said = [rule.__doc__ or "" for name, rule in inspect.getmembers(rules, inspect.isfunction) if name.startswith("a_")]
    lines += [*(f"* {' '.join(text.split())}" for text in said), ""]
    rows = [(f"[`{role}`](#{role})", "yes" if role in READING_ROLES else "no") for role in ROLES]
    lines += ["## All roles", "", *table(("role", "its grant lets somebody read records"), rows)]
    for role in ROLES:
        lines += [f"### {role}", "", FOR.get(role, ""), ""]
    lines += ["## Offices", "", *_OFFICES.splitlines(), ""]
    owned = owners()
    offices = [(f"`{name}`", *str(role_words(name)).split(": ", 1), owned.get(name, "–")) for name in OFFICES]
    lines += table(("office", "name", "what for", "owes, by shipped packs"), offices)
    return page_of(lines)
