"""Plain Django forms come out in the design system's markup."""

import re

from django.http import QueryDict

from .kitchen.views import KitchenForm


def test_an_empty_form_has_a_label_for_every_input() -> None:
    html = str(KitchenForm())
    ids = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', html))
    assert ids <= set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    assert "govuk-error-summary" not in html


def test_every_error_links_to_an_input_that_is_there() -> None:
    html = str(KitchenForm(QueryDict("born_day=31&born_month=2&born_year=2011")))
    links = re.findall(r'<li><a href="#([^"]+)">', html)
    assert links == ["id_name", "id_born_day", "id_risk_0", "id_who", "id_told"]
    for link in links:
        assert f'id="{link}"' in html


def test_an_error_names_its_field_and_says_what_to_do() -> None:
    html = str(KitchenForm(QueryDict("x=1")))
    for words in (
        "Fill in “Name of an invented child”",
        "Choose an answer to “Risk now”",
        "Fill in “What you were told”",
    ):
        assert html.count(words) == 2  # in the summary, and beside the field
    assert "This field is required" not in html


def test_a_refused_date_keeps_what_was_typed_also_where_it_is_no_number() -> None:
    html = str(KitchenForm(QueryDict("born_day=about+3&born_month=May&born_year=2011")))
    for typed in ("about 3", "May", "2011"):
        assert f'value="{typed}"' in html


def test_a_form_keeps_its_request_key_when_it_is_shown_again_and_takes_none_that_is_not_one() -> None:
    from django.template import Context, Template
    from django.test import RequestFactory

    def drawn(**words: str) -> str:
        request = RequestFactory().post("/", words)
        html = Template("{% load heed %}{% request_key %}").render(Context({"request": request}))
        return re.search(r'value="([^"]*)"', html)[1]  # type: ignore[index]

    key = drawn()
    assert re.fullmatch("[0-9a-f]{32}", key) and drawn() != key
    assert drawn(request_key=key) == key
    assert drawn(request_key='"><b>') != '"><b>'


def test_a_date_of_three_boxes_is_read() -> None:
    form = KitchenForm(QueryDict("name=A&born_day=27&born_month=3&born_year=2011&risk=low&who=child&told=x"))
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["born"]) == "2011-03-27"


def test_a_text_area_with_a_limit_counts_and_is_not_cut_by_the_browser() -> None:
    html = str(KitchenForm())
    assert 'data-module="govuk-character-count" data-maxlength="200"' in html
    assert "maxlength" not in re.search(r"<textarea[^>]*>", html)[0]  # type: ignore[index]


def test_what_was_typed_is_text_never_markup() -> None:
    hostile = '"><script>alert(1)</script>'
    html = str(KitchenForm(QueryDict(mutable=True) | {"name": hostile, "told": hostile, "born_day": hostile}))
    assert "<script" not in html
