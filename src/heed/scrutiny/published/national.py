"""Build the national overview: England over the years, the funnels, and every council by name."""

from collections.abc import Iterator

from .cautions import FACTOR_COUNTS, how_made, made_from
from .figures import Figure
from .funnelled import funnel_sections
from .index import Statistics
from .measured import describe_series
from .measures import FACTORS, RE_REFERRALS, REFERRALS, TIMELINESS, Measure
from .patterns import halving_or_doubling, none_found, run_of
from .pictures import trend
from .places import Place, reorganisations
from .report import Chart, Entry, Report, Section, Table
from .view import Surroundings
from .words import Words, went

SHOWN = (*FACTORS, *TIMELINESS, RE_REFERRALS, REFERRALS)


def national_report(around: Surroundings) -> Report:
    """Return the overview of all councils."""
    statistics = around.statistics
    year = statistics.places.last_year
    councils = statistics.places.councils(year=year)
    sections = (
        Section("in-short", 2, "In short", tuple(in_short(statistics))),
        Section("what-these-are", 2, "What these figures are, and are not", tuple((text,) for text in FACTOR_COUNTS)),
        Section("england", 2, "England and its regions over the years"),
        *(england_section(statistics, measure) for measure in SHOWN),
        shapes_section(around, councils),
        *funnel_sections(around, year, None),
        joined_section(statistics),
        Section("how", 2, "How this was made", how_made(statistics.recount)),
    )
    files = statistics.imported.files
    subtitle = f"{len(councils)} councils that reported in {year}, in alphabetical order. {made_from(files)}"
    title = "England: what is published about exploited children"
    return Report("all", "England", title, subtitle, sections, files, statistics.imported.digest)


def in_short(statistics: Statistics) -> Iterator[Words]:
    """Yield one sentence for each measure of England."""
    england = statistics.places.england
    for measure in SHOWN:
        years = statistics.years_of(measure)
        if not years:
            yield (f"{measure.title}: nothing is published in these files.",)
            continue
        before, after = (statistics.figure(measure, england, year) for year in (years[0], years[-1]))
        unit = "" if measure.is_share else f" {measure.unit}"
        moved = (", from ", before, f" in {years[0]}; it ", *went(measure, before, after)) if len(years) > 1 else ()
        yield (f"{measure.title}: ", after, f"{unit} in {years[-1]}", *moved, ".")


def england_section(statistics: Statistics, measure: Measure) -> Section:
    """Return one measure for England and the regions."""
    places = [statistics.places.england, *regions(statistics)]
    years = statistics.years_of(measure)
    rows: list[tuple[Entry, ...]] = [
        (str(year), *(statistics.figure(measure, place, year) for place in places)) for year in years
    ]
    key = f"table-england-{measure.key}"
    caption = f"{measure.title} ({measure.unit}), England and its regions"
    table = Table(key, caption, ("Year", *(place.name for place in places)), tuple(rows))
    charts: tuple[Chart, ...] = ()
    if len(years) > 1:
        points = [(year, statistics.figure(measure, places[0], year)) for year in years]
        alt = f"Line chart: {describe_series(measure, 'England', points)} Every value stands in the table."
        spec = trend(measure, [("England", points)])
        charts = (Chart(f"chart-england-{measure.key}", f"{measure.title}, England", alt, key, spec),)
    return Section(f"england-{measure.key}", 3, measure.title, ((measure.what,),), charts, (table,))


def regions(statistics: Statistics) -> list[Place]:
    found = [place for place in statistics.places.by_key.values() if place.level == "region"]
    return sorted(found, key=lambda place: place.name)


def shapes_section(around: Surroundings, councils: list[Place]) -> Section:
    """Return of how many councils each long move can be asked about: a measure of how ordinary a question is."""
    rows: list[tuple[Entry, ...]] = []
    for measure in FACTORS:
        series = [around.series(measure, place) for place in councils]
        halved = [found.rule for one in series if (found := halving_or_doubling(one))]
        running = [found.rule for one in series if (found := run_of(one))]
        counted = [halved.count("halved"), halved.count("doubled"), running.count("falling"), running.count("rising")]
        rows.append((measure.title, *map(str, counted), str(without_any(around, measure, series)), str(len(series))))
    columns = (
        "Factor",
        "At most half its highest year",
        "At least twice its lowest year",
        "Fell four years or more",
        "Rose four years or more",
        "None found, several expected",
        "Councils",
    )
    table = Table(
        "table-shapes", "Councils of which a question can be asked in the last year, by factor", columns, tuple(rows)
    )
    words: Words = (
        (
            "Each is a question to that council and stands in its own report. Many councils at once point to "
            "practice, recording or law that changed everywhere; that is a question too."
        ),
    )
    return Section("shapes", 2, "How common these questions are", (words,), tables=(table,))


def without_any(around: Surroundings, measure: Measure, series: list[list[tuple[int, Figure]]]) -> int:
    """Count the councils that found none in the last year although several would be expected."""
    last, england = around.statistics.places.last_year, around.statistics.places.england
    rate = around.statistics.figure(measure, england, last)
    final = [one[-1][1] for one in series if one and one[-1][0] == last]
    return sum(none_found(figure, rate) is not None for figure in final)


def joined_section(statistics: Statistics) -> Section:
    """Return what was joined although its name or code changed, and what ended or began."""
    renamed = [
        place for place in statistics.places.by_key.values() if place.level == "council" and len(place.codes) > 1
    ]
    rows: list[tuple[Entry, ...]] = [
        (
            place.name,
            place.key,
            "; ".join(f"{code} {name} {first} to {last}" for code, name, first, last in place.codes),
        )
        for place in sorted(renamed, key=lambda one: one.name)
    ]
    columns = ("Council", "Number", "Codes and names in the files")
    joined = Table("table-joined", "Councils that stand under several codes and were joined", columns, tuple(rows))
    changes = dict.fromkeys((change.first_year, change.what, change.source) for change in reorganisations())
    words = tuple((f"Reported from {year} on: {what} ({source}).",) for year, what, source in sorted(changes))
    moved: list[tuple[Entry, ...]] = [
        (place.name, place.code, str(place.first_year), str(place.last_year))
        for place in statistics.places.councils()
        if (place.first_year, place.last_year) != (statistics.years[0], statistics.years[-1])
    ]
    ended = Table(
        "table-ended",
        "Councils that began or ended within these years",
        ("Council", "Code", "First", "Last"),
        tuple(moved),
    )
    return Section("joined", 2, "Names, codes and borders", words, tables=(joined, ended))
