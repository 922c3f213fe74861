"""A report as one HTML page: words first, charts beside them, and every number a link to the cells it comes from."""

import functools
from collections.abc import Iterator
from importlib import resources

from .cautions import ATTRIBUTION
from .drawing import svg_of
from .figures import Figure
from .markup import Markup, joined, tag
from .provenance import sources_section
from .questions import Inquiry
from .report import Chart, Entry, Register, Report, Section, Table, register
from .words import Words


def page_of(report: Report, *, stylesheet: str | None = None) -> str:
    """Return the whole page; `stylesheet` links the style instead of carrying it in the page.

    There is no script and no style attribute, so a policy of 'self' only needs the linked stylesheet.
    """
    style = tag("style", Markup(style_sheet())) if stylesheet is None else Markup(link(stylesheet))
    head = joined(
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", report.title),
        style,
    )
    html = tag("html", tag("head", head), tag("body", body_of(report)), lang="en-GB")
    return f"<!DOCTYPE html>\n{html}\n"


def link(stylesheet: str) -> str:
    """Return the element that links a stylesheet."""
    return tag("link", rel="stylesheet", href=stylesheet).removesuffix("</link>")


@functools.cache
def style_sheet() -> str:
    return resources.files(__package__).joinpath("page.css").read_text("utf-8")


def body_of(report: Report) -> Markup:
    """Return what stands in the page's body."""
    numbers = register(report)
    header = tag(
        "header",
        tag("h1", report.title),
        tag("p", report.subtitle, class_="subtitle"),
        contents(report),
        class_="top",
    )
    return joined(
        tag("a", "Skip to the report", href="#report", class_="skip"),
        header,
        tag("main", content_of(report, numbers), id="report"),
        tag("footer", tag("p", ATTRIBUTION), class_="foot"),
    )


def content_of(report: Report, numbers: Register) -> Markup:
    """Return every section and where its numbers come from: what a site puts into a page of its own."""
    sections = [section_of(section, numbers) for section in report.sections]
    return joined(*sections, sources_section(report, numbers))


def contents(report: Report) -> Markup:
    """Return the list of the main headings."""
    entries = [(section.key, section.heading) for section in report.sections if section.level == 2]
    entries.append(("sources-of-numbers", "Where each number comes from"))
    links = [tag("li", tag("a", heading, href=f"#{key}")) for key, heading in entries]
    return tag("nav", tag("ul", *links), aria_label="Contents")


def section_of(section: Section, numbers: Register) -> Markup:
    """Return a section: heading, words with charts beside them, questions, tables."""
    words = [tag("p", sentence(part, numbers)) for part in section.words]
    charts = [figure_of(chart) for chart in section.charts]
    if charts:
        top = tag("div", tag("div", *words), tag("div", *charts), class_="beside")
    elif section.key == "what-these-are":
        top = tag("div", *words, class_="caution")
    else:
        top = joined(*words)
    asked = [inquiry_of(inquiry, numbers) for inquiry in section.inquiries]
    tables = [table_of(table, numbers) for table in section.tables]
    heading = tag(f"h{section.level}", section.heading, id=section.key)
    named = section.key if section.level == 2 else None
    return tag("section", heading, top, *asked, *tables, aria_labelledby=named)


def sentence(words: Words, numbers: Register) -> Markup:
    """Return a sentence whose numbers are links."""
    return joined(*(number_of(part, numbers) if isinstance(part, Figure) else part for part in words))


def number_of(figure: Figure, numbers: Register) -> Markup:
    """Return a number as a link to where it comes from."""
    if not figure.cells:
        return tag("span", figure.text)
    return tag("a", figure.text, href=f"#f{numbers.figures[figure]}", class_="number")


def figure_of(chart: Chart) -> Markup:
    """Return a chart with its title, its description and the way to its data."""
    prefix = f"{chart.key}-"
    return tag(
        "figure",
        tag("figcaption", chart.title),
        svg_of(chart, prefix=prefix),
        tag("p", tag("a", "The numbers in this chart", href=f"#{chart.table}"), class_="note to-table"),
    )


def table_of(table: Table, numbers: Register) -> Markup:
    """Return a table that scrolls sideways inside itself where the screen is narrow."""
    told = [all(said_in(row[place]) for row in table.rows) for place in range(len(table.columns))]
    names = zip(table.columns, told, strict=True)
    columns = [tag("th", name, scope="col", class_="said" if is_said else None) for name, is_said in names]
    head = tag("thead", tag("tr", *columns))
    body = tag("tbody", *(row_of(row, numbers) for row in table.rows))
    caption = tag("caption", tag("span", table.caption), id=f"{table.key}-caption")
    drawn = tag("table", caption, head, body, id=table.key)
    held = tag("div", drawn, class_="scroll", role="region", tabindex="0", aria_labelledby=f"{table.key}-caption")
    return joined(held, tag("p", table.note, class_="note") if table.note else "")


def row_of(row: tuple[Entry, ...], numbers: Register) -> Markup:
    """Return one row; its first entry is its heading."""
    return tag("tr", tag("th", text(row[0]), scope="row"), *cells_of(row[1:], numbers))


def text(entry: Entry) -> str:
    return entry.text if isinstance(entry, Figure) else entry


def cells_of(entries: tuple[Entry, ...], numbers: Register) -> Iterator[Markup]:
    """Yield the cells of a row; what is not published is marked as a gap."""
    for entry in entries:
        if isinstance(entry, Figure):
            yield tag("td", number_of(entry, numbers), class_=None if entry.is_published else "gap")
        else:
            yield tag("td", entry, class_="said" if said_in(entry) else None)


def said_in(entry: Entry) -> bool:
    """Tell words from numbers, which stand to the right."""
    return not isinstance(entry, Figure) and not entry[:1].isdigit()


def inquiry_of(inquiry: Inquiry, numbers: Register) -> Markup:
    """Return the questions about one measure and, beside them, what may lie behind them innocently."""
    asked = [
        tag("div", tag("h4", question.heading), tag("p", sentence(question.words, numbers)), class_="question")
        for question in inquiry.questions
    ]
    innocent = [
        tag("li", tag("span", f"{one.name}: {one.bearing}. ", class_="bearing"), one.words) for one in inquiry.innocent
    ]
    beside = tag("div", tag("h4", "What may lie behind it innocently"), tag("ul", *innocent, class_="innocent"))
    return tag("div", tag("div", *asked), beside, class_="beside")
