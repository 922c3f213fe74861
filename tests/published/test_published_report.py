"""The report as people and machines get it: every number opens its cells, nothing runs, nothing is ranked."""

import csv
import io
import json
import re
import zlib
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from published_invented import Borough, Cell

from heed.scrutiny.published.council import council_report
from heed.scrutiny.published.document import csv_of, document_of, guarded
from heed.scrutiny.published.index import Statistics
from heed.scrutiny.published.measures import BY_KEY
from heed.scrutiny.published.national import national_report
from heed.scrutiny.published.page import page_of, style_sheet
from heed.scrutiny.published.paper import nothing_fetched, pdf_of
from heed.scrutiny.published.places import Place
from heed.scrutiny.published.report import Report
from heed.scrutiny.published.view import Surroundings, surroundings

pytest_plugins = ["published_fixtures"]


class Page(HTMLParser):
    """What a test needs to know of a page: its elements with their attributes, and which were left open."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def rotherham(around: Surroundings) -> Report:
    return council_report(around, around.statistics.places.find("Rotherham"))


@pytest.fixture(scope="module")
def overview(around: Surroundings) -> Report:
    return national_report(around)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A small report about an invented borough that has a question, a hidden number and a gap."""
    cells: dict[str, Cell] = {
        "Child_sexual_exploitation": lambda council, year: 60 if year < 2024 or council else 20,
        "Trafficking": lambda council, year: "c" if council == 0 else 20,
        "Gangs": lambda council, year: "x" if council == 0 and year == 2023 else 40,
    }
    statistics = Borough(councils=11, years=range(2022, 2025), cells=cells).statistics(tmp_path_factory.mktemp("in"))
    return council_report(surroundings(statistics), statistics.places.find("901"))


@pytest.fixture(scope="module", params=["rotherham", "overview"])
def report(request: pytest.FixtureRequest) -> Report:
    found: Report = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(page_of(report))


def test_every_number_opens_the_cells_it_comes_from(report: Report, page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [str(attributes["href"]) for attributes in page.all("a")]
    assert links
    assert [link for link in links if not link.startswith("#") or link[1:] not in ids] == []
    shown = [figure for figure in report.figures() if figure.cells]
    assert sum(attributes.get("class") == "number" for attributes in page.all("a")) == len(shown)


def test_only_figures_without_a_row_have_no_cells(report: Report) -> None:
    for figure in report.figures():
        assert figure.cells or figure.why == "no such row", figure.label


def test_nothing_in_the_page_runs_or_is_fetched(page: Page) -> None:
    assert page.open == []
    assert page.all("script", "iframe", "object", "link", "img") == []
    assert len(page.all("style")) == 1
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not any(name.startswith("on") for name in attributes), tag
        assert not str(attributes.get("href", "#")).startswith(("http", "javascript", "data")), tag


def test_the_stylesheet_can_be_linked_instead(rotherham: Report) -> None:
    page = Page(page_of(rotherham, stylesheet="/static/published.css"))
    assert page.all("style") == []
    assert page.all("link") == [{"rel": "stylesheet", "href": "/static/published.css"}]
    assert "@import" not in style_sheet()
    assert "url(" not in style_sheet()


def test_headings_go_down_one_step_at_a_time_and_tables_have_captions(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.all("th"))


def test_every_chart_says_in_words_what_it_shows_and_has_its_data_in_a_table(report: Report, page: Page) -> None:
    charts = [chart for section in report.sections for chart in section.charts]
    tables = {table.key for section in report.sections for table in section.tables}
    assert charts
    assert [chart.key for chart in charts if chart.table not in tables] == []
    assert all(len(chart.alt) > 60 for chart in charts)
    drawn = page.all("svg")
    titles = {attributes.get("id") for attributes in page.all("title")}
    assert len(drawn) == len(charts)
    assert all(svg["role"] == "img" and svg["aria-labelledby"] in titles for svg in drawn)


def test_a_chart_leaves_a_gap_where_nothing_is_published(whole: Statistics) -> None:
    report = council_report(surroundings(whole), whole.places.find("Hackney"))
    [chart] = [chart for section in report.sections for chart in section.charts if chart.key == "chart-cse"]
    values = {row["year"]: row["middle"] for row in chart.spec["data"]["values"] if row["series"] == "Hackney"}
    assert [year for year, value in values.items() if value is None] == [2021, 2022]


def test_nothing_is_ranked_and_councils_stand_in_alphabetical_order(overview: Report) -> None:
    text = page_of(overview).lower()
    assert re.search(r"\b(best|worst|rank|ranked|league|top ten|bottom)\b", text.partition("</style>")[2]) is None
    [names] = [
        [row[0] for row in table.rows]
        for section in overview.sections
        for table in section.tables
        if table.key == "table-all-identified"
    ]
    assert names == sorted(names, key=lambda name: str(name).casefold())


def test_what_a_factor_count_is_not_is_said_before_any_table(rotherham: Report) -> None:
    keys = [section.key for section in rotherham.sections]
    said = keys.index("what-these-are")
    assert said < min(place for place, section in enumerate(rotherham.sections) if section.tables)
    text = page_of(rotherham)
    assert "It is not a count of children who were exploited." in text
    assert "Open Government Licence v3.0" in text


def test_names_in_the_files_cannot_write_into_the_page(tmp_path: Path) -> None:
    hostile = '<script>alert("1")</script>&"=1+1'
    statistics = Borough(names={0: hostile}).statistics(tmp_path)
    report = council_report(surroundings(statistics), statistics.places.find("901"))
    page = Page(page_of(report))
    assert page.all("script") == []
    assert page.open == []


def test_the_json_is_the_same_object_and_its_cells_are_in_the_files(rotherham: Report, shared_excerpt: Path) -> None:
    document = json.loads(json.dumps(document_of(rotherham), allow_nan=False))
    assert {figure["figure"] for figure in document["figures"]} == set(range(1, len(document["figures"]) + 1))
    texts = {figure["figure"]: figure["text"] for figure in document["figures"]}
    for section in document["sections"]:
        for table in section["tables"]:
            for entry in (entry for row in table["rows"] for entry in row if isinstance(entry, dict)):
                assert texts[entry["figure"]] == entry["text"]
    for address, cell in document["cells"].items():
        file, row, column = address.split("!")
        assert raw_cell(shared_excerpt / file, int(row), column) == cell["raw"]


@pytest.fixture(scope="module")
def shared_excerpt() -> Path:
    return Path(__file__).parent / "excerpt"


READ: dict[Path, list[list[str]]] = {}


def raw_cell(path: Path, row: int, column: str) -> str:
    """Read one cell by itself, as a person with the file would."""
    if path not in READ:
        READ[path] = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    rows = READ[path]
    return rows[row - 1][rows[0].index(column)]


def test_rates_can_be_worked_out_again_from_the_cells_they_name(rotherham: Report) -> None:
    """By hand from the JSON: one number over one number, times ten thousand."""
    document = document_of(rotherham)
    [figure] = [f for f in document["figures"] if f["label"] == "Child sexual exploitation, Rotherham 2024"]
    top, bottom = (float(document["cells"][address]["raw"]) for address in figure["cells"])
    assert (top, bottom) == (100, 58_096)
    assert figure["bounds"] == [pytest.approx(10_000 * 100 / 58_096)] * 2


def test_the_csv_has_every_figure_and_runs_nothing(rotherham: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_of(rotherham))))
    assert {int(row["figure"]) for row in rows} == {f["figure"] for f in document_of(rotherham)["figures"]}
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert guarded("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert guarded(-3.0) == -3.0
    found = [row for row in rows if row["label"] == "Child sexual exploitation, Rotherham 2024"]
    told = {(row["text"], row["numerator_low"], row["denominator_low"]) for row in found}
    assert told == {("17.2", "100.0", "58096.0")}


def test_the_same_files_make_the_same_report(rotherham: Report, excerpt: Statistics) -> None:
    again = council_report(surroundings(excerpt), excerpt.places.find("Rotherham"))
    assert again == rotherham
    assert page_of(again) == page_of(rotherham)


def test_figures_tell_a_range_only_where_the_ends_print_apart(report: Report) -> None:
    for figure in report.figures():
        if figure.bounds.is_exact:
            assert " to " not in figure.text
        if not figure.is_published:
            assert figure.text.startswith("not published")


def test_the_pdf_is_tagged_and_its_pictures_have_words(invented: Report) -> None:
    """A small invented report: structure, language, and as many alternative texts as figures."""
    charts = sum(len(section.charts) for section in invented.sections)
    content = pdf_of(invented)
    text = content + b"".join(inflated(content))
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in text
    assert b"/Lang" in text
    assert b"pdfuaid" in text
    assert len(re.findall(rb"/S */Figure", text)) == len(re.findall(rb"/Alt", text)) == charts
    assert len(re.findall(rb"/S */TH\b", text)) > 50


def inflated(content: bytes) -> list[bytes]:
    """Return every compressed part of a PDF as plain bytes."""
    found = []
    for part in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S):
        try:
            found.append(zlib.decompress(part.group(1)))
        except zlib.error:
            continue
    return found


def test_the_pdf_fetches_nothing() -> None:
    with pytest.raises(ValueError, match="must not fetch"):
        nothing_fetched("https://example.invalid/x.css")


def test_a_number_that_is_hidden_says_so_where_it_comes_from(whole: Statistics) -> None:
    found = [whole.number(BY_KEY["trafficking"], place, 2024) for place in whole.places.councils(year=2024)]
    hidden = [figure for figure in found if figure.why == "small numbers are hidden"]
    assert len(hidden) > 20
    for figure in hidden:
        assert " to " in figure.text
        assert {cell.raw for cell in figure.cells} == {"c"}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "width"), [("invented", 390), ("overview", 1280), pytest.param("rotherham", 390, marks=pytest.mark.long)]
)
def test_axe_finds_nothing_and_no_page_is_wider_than_its_screen(
    name: str, width: int, request: pytest.FixtureRequest, tmp_path: Path, browser: Any
) -> None:
    """In real Chromium, on a phone and a desktop: no accessibility fault, no sideways scrolling, a silent console."""
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "report.html"
    path.write_text(page_of(request.getfixturevalue(name)))
    messages: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: messages.append(message.text))
    page.goto(path.as_uri())
    found = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert found.violations_count == 0, found.generate_report()
    assert wide <= width
    assert messages == []


def test_the_overview_counts_of_how_many_councils_each_question_can_be_asked(whole: Statistics) -> None:
    """Counted again from the councils' own questions."""
    around = surroundings(whole)
    [table] = [t for s in national_report(around).sections for t in s.tables if t.key == "table-shapes"]
    row = next(row for row in table.rows if row[0] == "Child criminal exploitation")
    councils = whole.places.councils(year=2024)
    cce = BY_KEY["cce"]
    none = [p for p in councils if whole.figure(cce, p, 2024).bounds.high == 0 and whole.children(p.key, 2024)]
    assert 0 < int(str(row[5])) <= len(none)
    assert int(str(row[6])) == len(councils)
    halved = int(str(next(row for row in table.rows if row[0] == "Child sexual exploitation")[1]))
    fell = sum(half_of_its_peak(whole, place) for place in councils)
    assert 0.8 * fell <= halved <= fell


def half_of_its_peak(whole: Statistics, place: Place) -> bool:
    """Tell the same from the published counts by hand, without asking whether chance explains it."""
    figures = [whole.figure(BY_KEY["cse"], place, year) for year in range(2018, 2025)]
    exact = [figure.bounds.low for figure in figures if figure.bounds.is_exact]
    return len(exact) > 1 and figures[-1].bounds.is_exact and exact[-1] <= max(exact[:-1]) / 2
