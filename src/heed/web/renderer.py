"""Forms in the design system's markup, from plain Django forms: a slice needs nothing of this package.

`{{ form }}` prints an error summary with working links, then every field. A `SelectDateWidget` becomes three boxes, a
`Textarea` with `max_length` counts its characters, and what was typed stands there again after an error.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.SelectDateWidget, ""),
    (forms.Select, "govuk-select"),
    (Input, "govuk-input"),
)
_PART_LABELS = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
SHORT = 30  # characters: an input for at most so many is drawn narrow
COUNTED = 20_000  # characters: beyond this a limit guards the machine and a count tells a person nothing


@dataclass(frozen=True)
class DatePart:
    """One of the three boxes of a date."""

    id: str
    name: str
    label: Any
    value: str
    width: int


class Field(BoundField):
    """A field that knows its classes, its three date boxes, its character limit and where its error link leads."""

    def build_widget_attrs(self, attrs: Any, widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add the design system's classes; take out placeholders, which vanish as one types."""
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        base = next((css for kind, css in _CLASSES if isinstance(widget, kind)), "")
        if base and not widget.is_hidden:
            words = [widget.attrs.get("class", ""), base, *self._modifiers(base)]
            built["class"] = " ".join(filter(None, words))
        widget.attrs.pop("placeholder", None)
        built.pop("required", None)  # our own words name the field; the browser's bubble does not
        if isinstance(widget, forms.Textarea):
            widget.attrs.pop("maxlength", None)  # a browser would cut what is pasted without a word
        return built

    def _modifiers(self, base: str) -> list[str]:
        words = [f"{base}--error"] if self.errors else []
        if self.is_counted:
            words.append("govuk-js-character-count")
        limit = getattr(self.field, "max_length", None)
        if base == "govuk-input" and limit and limit <= SHORT:
            words.append("govuk-input--width-10" if limit <= 10 else "govuk-input--width-20")
        return words

    @property
    def is_counted(self) -> bool:
        """Whether its characters are counted: a text area with a limit."""
        limit = getattr(self.field, "max_length", None) or COUNTED + 1
        return isinstance(self.field.widget, forms.Textarea) and limit <= COUNTED

    @property
    def is_date(self) -> bool:
        """Whether it is three boxes of a date."""
        return isinstance(self.field.widget, forms.SelectDateWidget)

    @property
    def is_checkbox(self) -> bool:
        """Whether it is one box to tick."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_group(self) -> bool:
        """Whether it is several inputs under one legend."""
        return self.is_date or isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)

    @property
    def date_parts(self) -> list[DatePart]:
        """Return the three boxes with what was typed in them, number or not."""
        widget, typed = self.field.widget, self.form.data
        shown = widget.format_value(self.value())
        parts = []
        for part, label in _PART_LABELS.items():
            name = f"{self.html_name}_{part}"
            value = typed.get(name, "") if self.form.is_bound else shown.get(part) or ""
            parts.append(DatePart(f"{self.auto_id}_{part}", name, label, str(value), 4 if part == "year" else 2))
        return parts

    @property
    def first_id(self) -> str:
        """Return the id of the first input, where the error summary's link leads."""
        if self.is_date:
            return f"{self.auto_id}_day"
        return f"{self.auto_id}_0" if self.is_group else str(self.auto_id)

    @property
    def complaints(self) -> list[str]:
        """Return the errors in words that name the field also in the summary, where the label is not beside them."""
        found = []
        for error in self.errors.as_data():
            is_stock = error.code == "required" and str(error.message) == str(
                forms.Field.default_error_messages["required"]
            )
            found += [self._required()] if is_stock else [str(message) for message in error.messages]
        return found

    def _required(self) -> str:
        if isinstance(self.field.widget, forms.FileInput):
            return gettext("Choose a file for “%(label)s”") % {"label": self.label}
        if self.is_checkbox:
            return gettext("Tick “%(label)s”") % {"label": self.label}
        if isinstance(self.field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple):
            return gettext("Choose an answer to “%(label)s”") % {"label": self.label}
        return gettext("Fill in “%(label)s”") % {"label": self.label}

    @property
    def says_optional(self) -> bool:
        """Whether the label says so; a form where nothing is needed on its own sets `says_optional = False`."""
        return not self.field.required and bool(getattr(self.form, "says_optional", True))

    @property
    def describedby(self) -> str:
        """Return the ids of the hint and the error, for the group's `aria-describedby`."""
        ids = [f"{self.auto_id}_helptext"] if self.help_text else []
        return " ".join([*ids, f"{self.auto_id}_error"] if self.errors else ids)


class DesignSystem(TemplatesSetting):
    """Django's renderer with our templates and fields."""

    form_template_name = "heed/forms/form.html"
    field_template_name = "heed/forms/field.html"
    bound_field_class = Field
