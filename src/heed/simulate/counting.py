"""The borough's count: a definition, a figure that two people publish, and a revision under a narrower definition."""

from datetime import date
from typing import TYPE_CHECKING

from heed.entry.when import LONDON
from heed.record import reading
from heed.scrutiny.counting import selectors, services

if TYPE_CHECKING:
    from .borough import Borough

# Resampled tables: enough to look at, so that the borough is made in seconds; a figure that is used takes 1,000.
BOOTSTRAP = 100
COUNTING = "known-to-be-exploited"  # as the shipped example calls it
METHODS = ("stepwise", "bic", "aic", "bma", "mix", "threshold", "bounds")  # without `latent`, which takes seconds
NARROWER = "The board asked that trafficking be counted apart from now on."


def publish_a_count(borough: "Borough") -> None:
    """Adopt the example, publish its figure, then revise it under a narrower definition: lower, so with evidence."""
    text = services.shipped("exploitation-1")
    services.adopt_definition(by=borough.by("ines"), text=text)
    day = borough.now.astimezone(LONDON).date()
    if not _is_anybody_seen(day):
        return  # a borough of a day or two
    first = services.propose_figure(by=borough.by("ines"), ask=_ask(day))
    services.sign_figure(by=borough.by("dora"), proposal=first.n)
    narrower = text.replace('version: "1"', 'version: "2"').replace(
        "[sexual_exploitation, criminal_exploitation, trafficking]", "[sexual_exploitation, criminal_exploitation]"
    )
    adopted = services.adopt_definition(by=borough.by("ines"), text=narrower)
    if not _is_anybody_seen(day):
        return
    again = services.propose_figure(by=borough.by("dora"), ask=_ask(day, reason=NARROWER, evidence=(adopted.n,)))
    services.sign_figure(by=borough.by("ines"), proposal=again.n)


def _is_anybody_seen(day: date) -> bool:
    row = selectors.definition_named(COUNTING, day)
    return selectors.tally_at(selectors.read_definition(row), day.isoformat(), reading.size()).table.observed > 0


def _ask(day: date, *, reason: str = "", evidence: tuple[int, ...] = ()) -> services.Ask:
    return services.Ask(
        definition=COUNTING,
        as_of=day.isoformat(),
        methods=METHODS,
        bootstrap=BOOTSTRAP,
        seed=1,
        refits=False,
        reason=reason,
        evidence=evidence,
    )
