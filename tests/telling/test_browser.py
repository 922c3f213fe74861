"""Letters in a real browser: the demonstration's, and a person's own choice."""

from typing import Any

import pytest

from web.browsing import at_every_width, follow, press
from web.conftest import Served, page  # noqa: F401
from web.demonstration import demo, enter_as  # noqa: F401

pytestmark = pytest.mark.browser


def test_letters_are_shown_and_lead_behind_the_sign_in(page: Any, demo: Served) -> None:  # noqa: F811
    page.goto(f"{demo.url}/demo/")
    follow(page, page.get_by_role("link", name="See the letters that were sent to them"))
    at_every_width(page, "letters")
    follow(page, page.get_by_role("link", name="to mia@example.org").first)
    at_every_width(page, "letter")
    link = page.locator(".govuk-inset-text a").first
    assert link.get_attribute("href").startswith(f"{demo.url}/told/")
    follow(page, link)
    assert "/account/sign-in/" in page.url
    where = page.url.split("next=")[1]
    enter_as(page, demo, "Mia")
    page.goto(f"{demo.url}{where}")
    page.get_by_role("heading", name="What you were told of").wait_for()
    at_every_width(page, "told")


def test_a_person_chooses_by_keyboard(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Mia")
    page.goto(f"{demo.url}/account/")
    follow(page, page.get_by_role("link", name="How you are told"))
    at_every_width(page)
    page.get_by_role("radio", checked=True).focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Save").focus()
    press(page, "Enter")
    page.get_by_text("Your letters will come as you chose.").wait_for()
    at_every_width(page, "telling")
    follow(page, page.get_by_role("link", name="Change"))
    at_every_width(page)
    page.expected.append("the server responded with a status of")
    follow(page, page.get_by_role("button", name="Send the link"))
    page.get_by_role("heading", name="There is a problem").wait_for()
    at_every_width(page, "address")
