"""Pages about people in a real browser, at both widths, by keyboard where a form is sent."""

from typing import Any

import pytest

from cases.test_browser import demo, enter_as  # noqa: F401
from web.conftest import Served, page  # noqa: F401
from web.test_browser import WIDTHS, assert_accessible, look, slug

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


@pytest.mark.parametrize("width", WIDTHS)
def test_an_administrators_pages(page: Any, demo: Served, width: str) -> None:  # noqa: F811
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    enter_as(page, demo, "Adam")
    for path in ("/people/", "/people/workers/", "/people/workers/invite", "/people/agencies/add", "/people/waiting"):
        page.goto(demo.url + path)
        assert_accessible(page)
        look(page, f"{width}-{slug(path)}")
    page.goto(f"{demo.url}/people/workers/")
    page.get_by_role("link", name="Sam").click()
    assert_accessible(page)
    look(page, f"{width}-worker")
    for button in ("Propose a role", "Send a new link", "Change the e-mail address", "Has left"):
        page.get_by_role("link", name=button).click()
        assert_accessible(page)
        look(page, f"{width}-worker-{slug(button)}")
        page.go_back()
    page.goto(f"{demo.url}/people/")
    page.get_by_role("link", name="Invented Borough Council").click()
    assert_accessible(page)
    page.get_by_role("link", name="Change name and numbers").click()
    assert_accessible(page)
    look(page, f"{width}-agency")


def test_a_role_is_proposed_and_confirmed_by_keyboard(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Adam")
    page.goto(f"{demo.url}/people/workers/?q=eli")
    page.get_by_role("link", name="Eli").click()
    page.get_by_role("link", name="Propose a role").click()
    page.get_by_role("radio", name="Service manager").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # as in any form: the first button
    page.get_by_text("It is on the record.").wait_for()
    assert page.get_by_text("waits for a second person").is_visible()
    enter_as(page, demo, "Dora")
    page.get_by_role("link", name="waits for you as the second person").click()
    assert_accessible(page)
    look(page, "desktop-waiting-role")
    page.get_by_role("link", name="Eli: Service manager").click()
    assert_accessible(page)
    look(page, "desktop-confirm")
    page.get_by_role("button", name="Confirm").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Nothing waits for you.").wait_for()
