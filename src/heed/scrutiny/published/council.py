"""Build the report about one council."""

from collections.abc import Iterator, Sequence

from .cautions import FACTOR_COUNTS, how_made, made_from
from .figures import Figure
from .funnelled import funnel_sections
from .index import Statistics
from .measured import beside, factor_counts, measure_chart, measure_table, years_shown
from .measures import BY_SOURCE, FACTORS, RE_REFERRALS, REFERRALS, TIMELINESS, Measure
from .peers import PeerGroup, nearest
from .pictures import short, sources
from .places import Place, explained
from .questions import Inquiry, comparisons, inquiries_about
from .report import Chart, Entry, Report, Section, Table
from .view import Surroundings, View
from .words import Words, went


def council_report(around: Surroundings, council: Place, group: PeerGroup | None = None) -> Report:
    """Return where one council stands; `group` replaces the peer group that Heed would choose."""
    statistics = around.statistics
    view = View(around, council, group or nearest(statistics, council))
    inquiries = inquiries_about(view)
    sections = (
        Section("in-short", 2, "In short", tuple(in_short(view, inquiries))),
        Section("what-these-are", 2, "What these figures are, and are not", tuple((text,) for text in FACTOR_COUNTS)),
        *question_sections(view, inquiries),
        Section("identified", 2, "Identified exploitation", identified_words(), tables=(factor_counts(view),)),
        *(measure_section(view, measure) for measure in FACTORS),
        Section("timeliness", 2, "Time limits", (TIMELINESS_WORDS,)),
        *(measure_section(view, measure) for measure in TIMELINESS),
        Section("return", 2, "Referrals, and children referred again"),
        *(measure_section(view, measure) for measure in (REFERRALS, RE_REFERRALS)),
        source_section(view),
        *funnel_sections(around, council.last_year, council),
        peer_section(view),
        history_section(statistics, council),
        Section("how", 2, "How this was made", how_made(statistics.recount)),
    )
    span = f"published figures, {council.first_year} to {council.last_year}"
    title = f"{council.name}: what is published about exploited children"
    subtitle = f"{council.name} ({council.code}), {council.region_name}; {span}. {made_from(statistics.imported.files)}"
    return Report(
        "council", council.name, title, subtitle, sections, statistics.imported.files, statistics.imported.digest
    )


# A year whose whole is under a fifth of the middle year's is shown in tables but starts no sentence.
STEADY = 0.2
TIMELINESS_WORDS: Words = (
    (
        "Three statutory time limits can be read from published figures. On time does not mean done well, and "
        "late does not mean done badly."
    ),
)


def identified_words() -> tuple[Words, ...]:
    return (("Five factors bear on exploitation. Their counts come first, then each as a rate beside others.",),)


def in_short(view: View, inquiries: tuple[Inquiry, ...]) -> Iterator[Words]:
    """Yield the few sentences that a reader should carry away."""
    for measure in (FACTORS[0], FACTORS[1], *TIMELINESS, RE_REFERRALS):
        series = view.series(measure)
        if not series:
            yield (f"{measure.title}: nothing is published for {view.council.name}.",)
            continue
        (start, before), (end, after) = next(pair for pair in series if is_steady(pair[1], series)), series[-1]
        unit = "" if measure.is_share else f" {measure.unit}"
        words: list[str | Figure] = [f"{measure.title}: ", after, f"{unit} in {end}"]
        if start != end:
            words += [", from ", before, f" in {start}; it ", *went(measure, before, after), f" since {start}"]
        yield (*words, ". England: ", view.england(measure, end), f" in {end}.")
    number = sum(len(inquiry.questions) for inquiry in inquiries)
    if not number:
        yield ("The fixed rules ask nothing of these figures. That does not mean that all is well.",)
        return
    arose = "1 question arises" if number == 1 else f"{number} questions arise"
    yield (f"{arose} from these figures by fixed rules, with innocent explanations beside. None of them is a finding.",)


def is_steady(figure: Figure, series: Sequence[tuple[int, Figure]]) -> bool:
    """Tell a year that counted enough to start a sentence from: a new way of working may begin with a handful."""
    sizes = sorted(other.denominator.middle for _, other in series)
    return figure.denominator.middle >= STEADY * sizes[len(sizes) // 2]


def question_sections(view: View, inquiries: tuple[Inquiry, ...]) -> Iterator[Section]:
    """Yield the questions, measure by measure."""
    lead: Words = (
        (
            f"Rules fixed beforehand looked at every published year of this council, {comparisons(view)} steps "
            "from year to year among them. In so many, some stand out by chance."
        ),
    )
    nothing: Words = ("No rule asks anything. That is not a finding that nothing is wrong.",)
    yield Section("questions", 2, "Questions these figures raise", (lead,) if inquiries else (lead, nothing))
    for inquiry in inquiries:
        key = f"questions-{inquiry.measure.key}"
        yield Section(key, 3, inquiry.measure.title, inquiries=(inquiry,))


def measure_section(view: View, measure: Measure) -> Section:
    """Return one measure: what it is, its chart, its table."""
    years = years_shown(view, measure)
    if not years:
        return Section(measure.key, 3, measure.title, (("The files imported here do not hold it.",),))
    chart = measure_chart(view, measure)
    series = view.series(measure)
    words: list[Words] = [(measure.what,)]
    if series:
        year, figure = series[-1]
        words.append(
            (f"{view.council.name} in {year}: ", figure, *unit_of(measure), ". ", *others(view, measure, year))
        )
    gaps = [year for year in years if not view.figure(measure, year).is_published]
    if gaps:
        words.append((f"Not published for this council: {', '.join(map(str, gaps))}.",))
        words += [(reason,) for reason in explained(view.council, gaps)]
    charts = (chart,) if chart else ()
    return Section(measure.key, 3, measure.title, tuple(words), charts, (measure_table(view, measure),))


def unit_of(measure: Measure) -> Words:
    return () if measure.is_share else (f" {measure.unit}",)


def others(view: View, measure: Measure, year: int) -> Words:
    """List the figures beside the council's in one year."""
    words: list[str | Figure] = []
    for name, figure in beside(view, measure, year)[1:]:
        words += [f"{name}: ", figure, ". "]
    return tuple(words)


def source_section(view: View) -> Section:
    """Return who refers: the shares of every source in the council's last published year."""
    published = [year for year, _ in view.series(BY_SOURCE[0])] or years_shown(view, BY_SOURCE[0])
    if not published:
        return Section("sources", 3, "Who refers", (("The files imported here do not hold it.",),))
    year = published[-1]
    rows = [(measure.title, beside(view, measure, year)) for measure in BY_SOURCE]
    names = [name for name, _ in rows[0][1]]
    entries: list[tuple[Entry, ...]] = [(title, *(figure for _, figure in marks)) for title, marks in rows]
    caption = f"Referrals by source in {year} (% of referrals)"
    table = Table("table-sources", caption, ("Source", *names), tuple(entries))
    police = next(marks for title, marks in rows if title == "Police")
    alt = (
        f"Dot chart of the share of each source of referral in {year}: {', '.join(names)}. From the police: "
        f"{', '.join(f'{name} {figure.text}' for name, figure in police)}. Every value stands in the table."
    )
    title = f"Referrals by source, {view.council.name}, {year}"
    words: Words = (
        (
            "Who refers says who looks, and who is listened to. Exploited children are often seen first by "
            f"police, schools and health services; a source that falls silent is worth a question. {year} is shown."
        ),
    )
    chart = Chart("chart-sources", title, alt, "table-sources", sources(rows))
    return Section("sources", 3, "Who refers", (words,), (chart,), (table, sources_over_years(view)))


def sources_over_years(view: View) -> Table:
    """Return the council's own shares of every source, year by year."""
    years = years_shown(view, BY_SOURCE[0])
    rows: list[tuple[Entry, ...]] = [
        (str(year), *(view.figure(measure, year) for measure in BY_SOURCE)) for year in years
    ]
    caption = f"Referrals by source over the years, {view.council.name} (% of referrals)"
    columns = ("Year", *(short(measure.title) for measure in BY_SOURCE))
    return Table("table-sources-years", caption, columns, tuple(rows))


def peer_section(view: View) -> Section:
    """Return the peer group with what each was chosen by."""
    group = view.group
    if not group.peers:
        return Section("peers", 2, "The peer group", ((group.how,),))
    rows: list[tuple[Entry, ...]] = [
        (
            peer.place.name,
            peer.children or "not published",
            peer.base_rate or "not published",
            f"{peer.distance:.2f}" if peer.distance is not None else "named",
        )
        for peer in group.peers
    ]
    columns = ("Council", "Children", f"Rate in {group.base_year}", "Distance")
    table = Table("table-peers", f"The peer group of {view.council.name}, in alphabetical order", columns, tuple(rows))
    pooled = (
        "Its figures are those of all its councils added together; a council not published in a year is left out of it."
    )
    return Section("peers", 2, "The peer group", ((group.how,), (pooled,)), tables=(table,))


def history_section(statistics: Statistics, council: Place) -> Section:
    """Return what this council was called and coded before, and what it came out of or went into."""
    words: list[Words] = []
    for code, name, first, last in council.codes:
        words.append((f"In the files of {first} to {last} it stands as {name} under the code {code}.",))
    for change in statistics.places.history(council):
        words.append((f"Reported from {change.first_year} on: {change.what}. {change.source}.",))
    tables = tuple(before_tables(statistics, council))
    lead: Words = (
        f"Rows are joined by the Department's number {council.key}, which stays the same when a code or a name changes."
        if council.key.isdigit()
        else "Rows are joined by the council's code.",
    )
    return Section("history", 2, "Names, codes and borders", (lead, *words), tables=tables)


def before_tables(statistics: Statistics, council: Place) -> Iterator[Table]:
    """Yield the counts of the councils that this one came out of; they are not joined to its own."""
    keys = {
        key for change in statistics.places.history(council) if change.after == council.key for key in change.before
    }
    for key in sorted(keys - {council.key}):
        old = statistics.places.by_key.get(key)
        if old is None:
            continue
        years = [y for y in statistics.years if any(statistics.parts(m, key, y)[0] for m in FACTORS)]
        rows: list[tuple[Entry, ...]] = [
            (str(year), *(statistics.number(measure, old, year) for measure in FACTORS)) for year in years
        ]
        columns = ("Year", *(measure.title for measure in FACTORS))
        caption = f"Before: assessed episodes by factor, {old.name} ({old.code})"
        yield Table(
            f"table-before-{key}", caption, columns, tuple(rows), "Another council; not added to the one above."
        )
