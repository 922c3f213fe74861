"""Who may change where letters go; each rule refuses with its sentence (pure; services call them locked)."""

from collections.abc import Collection

from heed.lib.errors import Answered


def an_address_is_changed_by_its_owner_or_an_administrator(
    *, actor: str, worker: str, agency: str, administers: Collection[str]
) -> None:
    """A worker's address is changed by herself or by an administrator of her agency."""
    if actor != worker and agency not in administers:
        raise Answered("A worker's address is changed by herself or by an administrator of her agency.")


def an_address_belongs_to_one_account(*, taken: bool) -> None:
    """An address belongs to one account."""
    if taken:
        raise Answered("This address belongs to another account.")
