"""Pages about people in a real browser, at both widths, by keyboard where a form is sent."""

from typing import Any

import pytest

from web.browsing import at_every_width, follow, press, slug
from web.conftest import Served, page  # noqa: F401
from web.demonstration import demo, enter_as  # noqa: F401

pytestmark = pytest.mark.browser


def test_an_administrators_pages(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Adam")
    for path in ("/people/", "/people/workers/", "/people/workers/invite", "/people/agencies/add", "/people/waiting"):
        page.goto(demo.url + path)
        at_every_width(page, slug(path))
    page.goto(f"{demo.url}/people/workers/")
    follow(page, page.get_by_role("link", name="Sam"))
    at_every_width(page, "worker")
    for button in ("Propose a role", "Propose an office", "Send a new link", "Change the e-mail address", "Has left"):
        follow(page, page.get_by_role("link", name=button))
        at_every_width(page, f"worker-{slug(button)}")
        page.go_back()
    page.goto(f"{demo.url}/people/")
    follow(page, page.get_by_role("link", name="Invented Borough Council"))
    at_every_width(page)
    follow(page, page.get_by_role("link", name="Change name and numbers"))
    at_every_width(page, "agency")


def test_a_role_is_proposed_and_confirmed_by_keyboard(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Adam")
    page.goto(f"{demo.url}/people/workers/?q=eli")
    follow(page, page.get_by_role("link", name="Eli"))
    follow(page, page.get_by_role("link", name="Propose a role"))
    page.get_by_role("radio", name="Service manager").focus()
    page.keyboard.press("Space")
    press(page, "Enter")  # as in any form: the first button
    page.get_by_text("It is on the record.").wait_for()
    assert page.get_by_text("waits for a second person").is_visible()
    enter_as(page, demo, "Dora")
    follow(page, page.get_by_role("link", name="waits for you as the second person"))
    at_every_width(page, "waiting-role")
    follow(page, page.get_by_role("link", name="Eli: Service manager"))
    at_every_width(page, "confirm")
    page.get_by_role("button", name="Confirm").focus()
    press(page, "Enter")
    page.get_by_text("Nothing waits for you.").wait_for()
