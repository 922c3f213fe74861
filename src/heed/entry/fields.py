"""What a member of a kind's facts or words may hold; each field says in a sentence what it refuses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .canon import MAX_INTEGER, ProfileError, check_text
from .spine import check_key
from .when import parse_claim, parse_date, parse_instant

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One member; `needed` means that every new entry of the kind carries it."""

    about: str = ""
    needed: bool = False

    def check(self, value: Any, name: str) -> None:
        """Raise ProfileError, naming the member, unless `value` may stand here."""
        raise AssertionError("a bare Field has no values")


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """Free text of at most `most` characters; `pattern`, where given, must match whole."""

    most: int = 20_000
    pattern: str = ""

    @cached_property
    def _form(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII)

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, str):
            raise ProfileError(f"{name} must be text.")
        if len(value) > self.most:
            raise ProfileError(f"{name} has {len(value):,} characters; at most {self.most:,} fit.")
        check_text(value, name)
        if self.pattern and not self._form.fullmatch(value):
            raise ProfileError(f"{name}: {value[:60]!r} does not have the form that is asked.")


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """Yes or no; where 'not known' is an answer, use a Code."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, bool):
            raise ProfileError(f"{name} must be true or false.")


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = MAX_INTEGER

    def check(self, value: Any, name: str) -> None:
        if type(value) is not int or not self.least <= value <= self.most:
            raise ProfileError(f"{name} must be a whole number from {self.least:,} to {self.most:,}.")


@dataclass(frozen=True, kw_only=True)
class Decimal(Field):
    """A decimal number as text, such as a probability; never a float."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, str) or not _DECIMAL.match(value):
            raise ProfileError(f"{name} must be a decimal number written as text.")


@dataclass(frozen=True, kw_only=True)
class Code(Field):
    """One of a closed list of codes; `ordered` means that the list runs from lowest to highest."""

    codes: Sequence[str]
    ordered: bool = False

    def check(self, value: Any, name: str) -> None:
        if value not in self.codes or not isinstance(value, str):
            raise ProfileError(f"{name}: {str(value)[:60]!r} is not one of {', '.join(self.codes)}.")


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A day in Europe/London."""

    def check(self, value: Any, name: str) -> None:
        parse_date(value)


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """An instant in UTC."""

    def check(self, value: Any, name: str) -> None:
        parse_instant(value)


@dataclass(frozen=True, kw_only=True)
class Claim(Field):
    """A claimed time: an instant, a day, or two days with a slash."""

    def check(self, value: Any, name: str) -> None:
        parse_claim(value)


@dataclass(frozen=True, kw_only=True)
class KeyField(Field):
    """A key that is not a ref: it names something that has no stream of its own (a clause's duty, an old anchor)."""

    def check(self, value: Any, name: str) -> None:
        check_key(value, name)


_ROLE = re.compile(r"[a-z][a-z0-9_]*\Z")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}\Z")


@dataclass(frozen=True, kw_only=True)
class Roles(Field):
    """A duty's key: an object of role → key, or role → an entry's number as text."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, dict) or not value:
            raise ProfileError(f"{name} must be an object of roles and keys.")
        for role, key in value.items():
            if not isinstance(role, str) or not _ROLE.match(role):
                raise ProfileError(f"{name}: {str(role)[:40]!r} is not a role.")
            if not isinstance(key, str) or not _NUMBER.match(key):
                check_key(key, f"{name}.{role}")


@dataclass(frozen=True, kw_only=True)
class Many(Field):
    """A list of what `of` allows, from `least` to `most` members."""

    of: Field
    least: int = 0
    most: int = 1_000

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise ProfileError(f"{name} must be a list of {self.least:,} to {self.most:,} members.")
        for at, item in enumerate(value):
            self.of.check(item, f"{name}[{at}]")


@dataclass(frozen=True, kw_only=True)
class Group(Field):
    """An object with named members of its own."""

    members: dict[str, Field]

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, dict):
            raise ProfileError(f"{name} must be an object.")
        Members(self.members, name).check(value)


class Members:
    """The members that an object may hold, their full names made once: half of the checking was writing them."""

    __slots__ = ("_fields", "_where")

    def __init__(self, members: Mapping[str, Field], where: str) -> None:
        self._where = where
        self._fields = tuple((name, f"{where}.{name}", field) for name, field in members.items())

    def check(self, value: dict[str, Any], besides: frozenset[str] = frozenset()) -> None:
        """Check every member: none missing that is needed, none undeclared; `besides` are another's to check."""
        held = len(besides & value.keys()) if besides else 0
        for name, full, field in self._fields:
            if name in value:
                field.check(value[name], full)
                held += 1
            elif field.needed:
                raise ProfileError(f"{full} is missing.")
        if held != len(value):
            unknown = min(map(str, value.keys() - {name for name, _, _ in self._fields} - besides))
            raise ProfileError(f"{self._where}.{unknown[:60]} is not a member of this kind.")
