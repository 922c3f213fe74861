"""The count's pages in a real browser, at two widths: axe, no sideways scrolling, plots that load, the keyboard."""

from typing import Any

import pytest

from web.browsing import at_every_width, follow, press
from web.conftest import Served, page  # noqa: F401
from web.demonstration import demo, enter_as  # noqa: F401

pytestmark = pytest.mark.browser


def visit(page: Any, demo: Served, name: str) -> None:  # noqa: F811
    for image in page.locator("main img").all():
        image.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    at_every_width(page, name)


def test_every_page_of_the_count_is_accessible(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Bea")
    follow(page, page.get_by_role("link", name="Partnership"))
    follow(page, page.get_by_role("link", name="The count"))
    visit(page, demo, "count-list")
    follow(page, page.locator("tbody a").first)
    page.get_by_role("heading", name="History").wait_for()
    assert page.locator(".heed-plot img").count() >= 1
    visit(page, demo, "count-figure")
    assert page.get_by_text("The board asked that trafficking be counted apart").first.is_visible()
    follow(page, page.locator("main tbody a").first)
    page.get_by_role("heading", name="By method").wait_for()
    visit(page, demo, "count-proposal")
    page.goto(f"{demo.url}/count/")
    follow(page, page.locator("main ul a").last)
    visit(page, demo, "count-definition")
    enter_as(page, demo, "Ines")
    for path in ("/count/", "/count/propose", "/count/adopt"):
        page.goto(demo.url + path)
        visit(page, demo, f"count-ines-{path.rsplit('/', 1)[-1]}")


def test_a_withdrawal_without_evidence_is_refused_by_keyboard(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Dora")
    page.goto(f"{demo.url}/count/")
    follow(page, page.locator("tbody a").first)
    page.get_by_role("link", name="Withdraw it").focus()
    press(page, "Enter")
    page.get_by_label("Why does the figure change?").focus()
    page.keyboard.type("Ill judged.")
    page.expected.append("the server responded with a status of")
    page.get_by_role("button", name="Put it on the record").focus()
    press(page, "Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.get_by_text("name the entries").first.is_visible()
    assert page.get_by_label("Why does the figure change?").input_value() == "Ill judged."
    visit(page, demo, "count-refused")


def test_it_is_computed_anew_to_the_byte(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Gus")
    page.goto(f"{demo.url}/count/")
    follow(page, page.locator("tbody a").first)
    follow(page, page.get_by_role("button", name="Compute it anew and compare"))
    page.get_by_text("the same to the byte").wait_for()
    at_every_width(page)
