"""Who discloses and who reviews what is kept; each rule refuses with its sentence (pure; services call them locked)."""

from collections.abc import Collection

from heed.lib.errors import Answered


def a_records_officer_does_it(roles: Collection[str]) -> None:
    """What is held about somebody is disclosed, and what is kept is reviewed, by a records officer."""
    if "records_officer" not in roles:
        raise Answered("This is done by a records officer, in their own name: give --by and --agency.")


def what_is_released_was_withheld(released: Collection[str], withheld: Collection[str]) -> None:
    """Only what is withheld can be released after a review."""
    unknown = sorted(set(released) - set(withheld))
    if unknown:
        raise Answered(f"{unknown[0]} is not withheld here; release a place as ENTRY:MEMBER, such as 12:who_else.")


def keeping_says_when_to_look_again(outcome: str, again_on: str) -> None:
    """What is kept is looked at again on a day that is named."""
    if outcome == "keep" and not again_on:
        raise Answered("Say on which day it is looked at again.")
