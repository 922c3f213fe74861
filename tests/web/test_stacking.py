"""Tables on a narrow screen: every cell knows its column, and what a template wrote stays as it was."""

import re
from html.parser import HTMLParser
from pathlib import Path

from django.template import Context, Template

import heed
from heed.web.stacking import stacked

TABLE = """<div class="heed-table-wrap"><table class="govuk-table"><caption>Rows</caption>
<thead class="a"><tr><th scope="col">Name</th>
<th scope="col"><a href="?sort=x">How many <span aria-hidden="true">▲</span></a></th></tr></thead>
<tbody><tr><th scope="row">One &amp; two</th><td class="n">3 <a href="/x">of them</a></td></tr>
<tr><td colspan="2">Nothing</td></tr></tbody></table></div>"""


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def words(html: str) -> list[str]:
    reader = Words()
    reader.feed(html)
    return reader.words


def test_cells_carry_the_heading_of_their_column_and_their_role() -> None:
    made = stacked(TABLE)
    assert (
        '<td role="cell" data-label="How many" class="n"><div class="heed-cell">3 <a href="/x">of them</a></div></td>'
        in made
    )
    assert '<th role="rowheader" data-label="Name" scope="row">One &amp; two</th>' in made
    assert '<td role="cell" colspan="2">Nothing</td>' in made, "a cell that spans columns is nobody's"
    assert '<th role="columnheader" scope="col">Name</th>' in made and made.count('role="row"') == 3
    assert '<table role="table"' in made and '<thead role="rowgroup" class="a">' in made
    assert words(made) == words(TABLE), "no word is lost or added"


def test_a_heading_with_a_quotation_mark_stays_inside_its_attribute() -> None:
    made = stacked(TABLE.replace("How many", 'He said "now" &lt;b&gt;'))
    assert 'data-label="He said &quot;now&quot; &lt;b&gt;"' in made


def test_a_table_without_a_head_stays_as_it_is() -> None:
    plain = "<table><tr><td>x</td></tr></table>"
    assert stacked(plain) == plain


def test_what_a_page_puts_into_a_cell_stays_escaped() -> None:
    rows = "<thead><tr><th>A</th></tr></thead><tbody><tr><td>{{ x }}</td></tr></tbody>"
    text = f"{{% stacked %}}<table>{rows}</table>{{% endstacked %}}"
    made = Template(text).render(Context({"x": '</td><script>alert(1)</script>" data-label="'}))
    assert "<script>" not in made and made.count("<td ") == 1


def test_every_table_of_the_product_stacks() -> None:
    """allauth's own element has no head; a curve's three narrow columns in a fold fit as they are."""
    bare = []
    for path in Path(heed.__file__).parent.rglob("*.html"):
        text = re.sub(r"\{% stacked %\}.*?\{% endstacked %\}", "", path.read_text(), flags=re.DOTALL)
        bare += [path.name] * text.count("<table")
    assert sorted(bare) == ["statistics.html", "table.html"]
