"""Lists whose page, order and filters stand in the address, so that a link to one shows the same list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import QueryDict

PER_PAGE = 25


@dataclass(frozen=True)
class Listing:
    """One page of a list, as `heed/list.html` draws it."""

    rows: list[Any]
    count: int
    page: int
    pages: int
    order: str
    filters: Form | None = None

    @property
    def previous(self) -> int:
        """The page before this one."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The page after this one."""
        return self.page + 1

    @property
    def near(self) -> list[int]:
        """The numbers to show: first, last, and those beside this page; 0 stands for a gap."""
        wanted = [n for n in range(1, self.pages + 1) if n in (1, self.pages) or abs(n - self.page) <= 1]
        shown: list[int] = []
        for n in wanted:
            if shown and n - shown[-1] > 1:
                shown.append(0)
            shown.append(n)
        return shown


def listing(
    rows: Any, words: QueryDict, *, orders: Mapping[str, str], default: str, filters: Form | None = None
) -> Listing:
    """Return the page of `rows` (a QuerySet) that the address's words ask for.

    `orders` maps each word one may sort by to a column; a word that it does not hold, or a page that there is not,
    gives the default order and the nearest page rather than an error.
    """
    order = words.get("sort", default)
    order = order if order.removeprefix("-") in orders else default
    column = orders[order.removeprefix("-")]
    ordered = rows.order_by(f"-{column}" if order.startswith("-") else column, "pk")
    pages = Paginator(ordered, PER_PAGE)
    page = pages.get_page(words.get("page"))
    return Listing(list(page.object_list), pages.count, page.number, pages.num_pages, order, filters)
