"""How the tests go through pages in a real browser: from one page to the next in full, then look at it."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

WIDTHS = {"desktop": (1280, 900), "telephone": (375, 740)}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # the many passes are not written out
}


@contextmanager
def next_page(page: Any) -> Iterator[None]:
    """Do what is inside, and go on when the page that it leads to is there in full."""
    with page.expect_navigation(wait_until="load"):
        yield


def follow(page: Any, what: Any) -> None:
    """Click a link or a button that leads to another page, and wait until that is there in full."""
    with next_page(page):
        what.click()


def press(page: Any, key: str) -> None:
    """Press a key that leads to another page, and wait until that is there in full."""
    with next_page(page):
        page.keyboard.press(key)


def resize(page: Any, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


# On a narrow screen no table scrolls sideways, and no link of the navigation is cut off or breaks in two.
CRAMPED = """innerWidth > 640 ? [] : [...document.querySelectorAll('.heed-table-wrap, .heed-navigation__list a')]
    .filter(e => e.scrollWidth > e.clientWidth || (e.matches('a') && e.offsetHeight > 60))
    .map(e => e.outerHTML.slice(0, 200))"""


def assert_accessible(page: Any) -> None:
    """No axe violation, no sideways scrolling, one first heading."""
    page.wait_for_function("document.readyState === 'complete'")
    found = Axe().run(page, options=RULES)
    problems = [(v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]]
    assert problems == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
    assert page.locator("h1").count() == 1, page.url
    assert page.evaluate(CRAMPED) == [], f"{page.url} is cramped on a narrow screen"


def at_every_width(page: Any, name: str = "", widths: Mapping[str, tuple[int, int]] = WIDTHS) -> None:
    """The page as it stands is accessible on a desk and on a telephone; `name` keeps a picture of each."""
    for width, size in widths.items():
        resize(page, size)
        assert_accessible(page)
        if name:
            look(page, f"{width}-{name}")


def look(page: Any, name: str) -> None:
    """Keep a screenshot where HEED_SCREENSHOTS names a folder."""
    folder = os.environ.get("HEED_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def slug(path: str) -> str:
    return re.sub(r"[^a-z]+", "-", path).strip("-") or "home"
