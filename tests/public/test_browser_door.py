"""The public pages in a real browser: by keyboard, at 320 px, without JavaScript, axe-clean."""

from typing import Any

import pytest

from heed.simulate.borough import DEMO_CODE
from web.browsing import WIDTHS, at_every_width, follow, press
from web.conftest import Served, page  # noqa: F401
from web.demonstration import demo  # noqa: F401

pytestmark = pytest.mark.browser
SIZES = {**WIDTHS, "narrow": (320, 640)}


def test_a_child_tells_and_comes_back(page: Any, demo: Served) -> None:  # noqa: F811
    page.goto(f"{demo.url}/tell/")
    at_every_width(page, "tell", SIZES)
    follow(page, page.get_by_role("button", name="I am a child or young person"))
    page.get_by_label("What is happening?").wait_for()
    at_every_width(page, "tell-child", SIZES)
    page.expected.append("the server responded with a status of 422")
    follow(page, page.get_by_role("button", name="Send"))
    page.get_by_role("heading", name="There is a problem").wait_for()
    at_every_width(page, widths=SIZES)
    page.get_by_label("What is happening?").focus()
    page.keyboard.type("Somebody wants something back.")
    page.get_by_role("button", name="Send").focus()
    press(page, "Enter")
    page.get_by_role("heading", name="We have it").wait_for()
    at_every_width(page, "tell-code", SIZES)
    code = page.locator("#code").inner_text()
    assert code not in page.url and page.context.cookies() == []
    page.goto(f"{demo.url}/tell/back")
    at_every_width(page, widths=SIZES)
    page.get_by_label("Your code").focus()
    page.keyboard.type(code.lower())
    press(page, "Enter")
    page.get_by_role("heading", name="What became of it").wait_for()
    assert page.get_by_text("There is no answer yet").is_visible()
    at_every_width(page, "tell-standing", SIZES)
    page.get_by_label("Do you want to tell us more?").fill("It happened again.")
    follow(page, page.get_by_role("button", name="Send this too"))
    page.get_by_text("We have what you added").wait_for()
    at_every_width(page, widths=SIZES)


def test_the_demonstration_s_code_shows_its_answer(page: Any, demo: Served) -> None:  # noqa: F811
    page.goto(f"{demo.url}/tell/back")
    page.get_by_label("Your code").fill(DEMO_CODE)
    press(page, "Enter")
    page.get_by_text("Thank you for telling us").wait_for()
    at_every_width(page, widths=SIZES)


def test_an_adult_tells_without_javascript(browser: Any, demo: Served) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    try:
        plain = context.new_page()
        plain.goto(f"{demo.url}/tell/")
        follow(plain, plain.get_by_role("button", name="I am worried about a child"))
        plain.get_by_label("What are you worried about?").fill("An adult waits at the school.")
        plain.get_by_label("No", exact=True).check()
        plain.get_by_label("Family").check()
        follow(plain, plain.get_by_role("button", name="Send"))
        plain.get_by_role("heading", name="We have it").wait_for()
        assert len(plain.locator("#code").inner_text()) == 23 and context.cookies() == []
        leave = plain.get_by_role("button", name="Leave this page quickly")
        assert leave.is_visible() and leave.get_attribute("href") == "https://www.example.org/"
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert leave.bounding_box()["height"] >= 24 and plain.evaluate(wide) <= 0
    finally:
        context.close()
