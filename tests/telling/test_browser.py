"""Letters in a real browser: the demonstration's, and a person's own choice."""

from typing import Any

import pytest

from cases.test_browser import demo, enter_as  # noqa: F401
from web.conftest import Served, page  # noqa: F401
from web.test_browser import WIDTHS, assert_accessible, look

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


@pytest.mark.parametrize("width", WIDTHS)
def test_letters_are_shown_and_lead_behind_the_sign_in(page: Any, demo: Served, width: str) -> None:  # noqa: F811
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    page.goto(f"{demo.url}/demo/")
    page.get_by_role("link", name="See the letters that were sent to them").click()
    assert_accessible(page)
    look(page, f"{width}-letters")
    page.get_by_role("link", name="to mia@example.org").first.click()
    assert_accessible(page)
    look(page, f"{width}-letter")
    link = page.locator(".govuk-inset-text a").first
    assert link.get_attribute("href").startswith(f"{demo.url}/told/")
    link.click()
    assert "/account/sign-in/" in page.url
    where = page.url.split("next=")[1]
    enter_as(page, demo, "Mia")
    page.goto(f"{demo.url}{where}")
    page.get_by_role("heading", name="What you were told of").wait_for()
    assert_accessible(page)
    look(page, f"{width}-told")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_person_chooses_by_keyboard(page: Any, demo: Served, width: str) -> None:  # noqa: F811
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    enter_as(page, demo, "Mia")
    page.goto(f"{demo.url}/account/")
    page.get_by_role("link", name="How you are told").click()
    assert_accessible(page)
    page.get_by_role("radio", checked=True).focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Your letters will come as you chose.").wait_for()
    assert_accessible(page)
    look(page, f"{width}-telling")
    page.get_by_role("link", name="Change").click()
    assert_accessible(page)
    page.expected.append("the server responded with a status of")
    page.get_by_role("button", name="Send the link").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert_accessible(page)
    look(page, f"{width}-address")
