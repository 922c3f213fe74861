"""As of which moment, and as known at which, a page is asked for: two words of its address, both may be left out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from heed.policy.times import horizon


def _moment(text: str) -> None:
    try:
        horizon(text)
    except ValueError:
        raise ValidationError(_("Write a day as 2026-03-31, or an instant in UTC.")) from None


class MomentsForm(forms.Form):
    """As of D, and as known at K; without K the page shows what is known now."""

    as_of = forms.CharField(
        label=_("As of"), required=False, max_length=32, validators=[_moment], help_text=_("A day, such as 2026-03-31")
    )
    known_at = forms.CharField(
        label=_("As known at"), required=False, max_length=32, validators=[_moment], help_text=_("Left out: now")
    )


@dataclass(frozen=True)
class Moments:
    """D and K; `is_now` where the address names neither, so that the live tables hold the answer."""

    as_of: datetime
    known_at: datetime
    is_now: bool
    form: MomentsForm
    words: dict[str, Any]

    @property
    def seconds(self) -> tuple[int, int]:
        """D and K as whole seconds."""
        return int(self.as_of.timestamp()), int(self.known_at.timestamp())


def moments_of(query: QueryDict, now: datetime) -> Moments:
    """Return the moments that an address names; what it cannot read is said beside its field, and taken as now."""
    form = MomentsForm(query or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    words = {name: given[name] for name in ("as_of", "known_at") if given.get(name)}
    at = {name: min(now, datetime.fromtimestamp(horizon(text), UTC)) for name, text in words.items()}
    return Moments(at.get("as_of", now), at.get("known_at", now), not words, form, words)
