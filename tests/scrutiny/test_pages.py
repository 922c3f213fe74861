"""Pages of counting: the outsider first, then every role against every page, then what each page does."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heed.entry.keys import new_key
from heed.scrutiny.counting import selectors, services
from heed.scrutiny.counting.models import Figure
from world import PEOPLE, World

from . import cast

READ = {"ines", "dora", "petra", "bea", "gus", "olga"}
PUBLISH = {"ines", "dora", "petra"}
THREE_LISTS = cast.DEFINITION.split("  - name: school")[0]  # a third of the time of four where all is refitted
EVERYBODY = sorted({*PEOPLE, *cast.READERS, "petra", "yara2"})


def client(who: str) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def published(world: World, children: int = 24, text: str = cast.DEFINITION, **more: object) -> Figure:
    services.adopt_definition(by=world.by("ines"), text=text)
    cast.crowd(world, children)
    file = {"files": ()} | more
    entry = services.propose_figure(by=world.by("ines"), ask=cast.ask(**file))
    services.sign_figure(by=world.by("dora"), proposal=entry.n)
    return Figure.objects.get(n=entry.n)


def pages(row: Figure, waiting: int) -> dict[str, bool]:
    """Every page, and whether only those who publish see it."""
    return {
        "/count/": False,
        f"/count/figures/{row.key}/": False,
        f"/count/figures/{row.key}/figure.csv": False,
        f"/count/figures/{row.key}/figure.json": False,
        f"/count/proposals/{row.n}/": False,
        f"/count/proposals/{waiting}/": False,
        f"/count/proposals/{row.n}/plot/0.svg": False,
        f"/count/definitions/{row.query['definition']}/": False,
        "/count/propose": True,
        "/count/adopt": True,
        f"/count/figures/{row.key}/withdraw": True,
    }


@pytest.fixture
def both(site: World) -> tuple[World, Figure, int]:
    row = published(site, 10)
    waiting = services.propose_withdrawal(by=site.by("dora"), figure=row.key, reason="x", evidence=[1])
    return site, row, waiting.n


def test_the_outsider_gets_nothing(both: tuple[World, Figure, int]) -> None:
    _, row, waiting = both
    posts = [f"/count/figures/{row.key}/anew", f"/count/proposals/{waiting}/sign", f"/count/proposals/{waiting}/refuse"]
    for page in [*pages(row, waiting), *posts]:
        for answer in (Client().get(page), Client().post(page)):
            assert answer.status_code in (302, 403, 405), page
            assert b"Children" not in answer.content


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_role_against_every_page(both: tuple[World, Figure, int], who: str) -> None:
    _, row, waiting = both
    browser = client(who)
    for page, only_publishers in pages(row, waiting).items():
        may = who in (PUBLISH if only_publishers else READ)
        assert browser.get(page).status_code == (200 if may else 404), (who, page)
        if not may:
            assert browser.post(page).status_code in (404, 405), (who, page)
    for page in (
        f"/count/figures/{new_key()}/",
        "/count/proposals/999999/",
        "/count/definitions/1/",
        f"/count/proposals/{row.n}/plot/99.svg",
        f"/count/proposals/{row.n}/evidence/{'0' * 64}",
        f"/count/proposals/{waiting}/plot/0.svg",
    ):
        assert browser.get(page).status_code == 404, (who, page)
    if who not in PUBLISH:
        assert browser.post(f"/count/proposals/{waiting}/sign").status_code == 404
        assert browser.post(f"/count/proposals/{waiting}/refuse", {"reason": "x"}).status_code == 404
    if who not in READ:
        assert browser.post(f"/count/figures/{row.key}/anew").status_code == 404
    assert ("/count/" in browser.get("/partnership").content.decode()) == (who in READ), "the link"


def test_an_empty_list_says_what_to_do(site: World) -> None:
    page = client("ines").get("/count/").content.decode()
    assert "No figure has been published" in page and "First a counting definition is adopted" in page
    assert "/count/adopt" in page and "/count/adopt" not in client("bea").get("/count/").content.decode()
    assert "No counting definition is adopted yet" in client("ines").get("/count/propose").content.decode()


def test_a_figure_from_form_to_signature(site: World) -> None:
    cast.crowd(site, 6)  # before anything is sent by a page, which is recorded at the machine's own time
    ines = client("ines")
    assert ines.post("/count/adopt", {"text": "counting: x"}).status_code == 422
    bad = ines.post("/count/adopt", {"text": cast.DEFINITION.replace("school]", "schol]").replace("police]", "x: y]")})
    assert bad.status_code == 422 and "Line 1" in bad.content.decode()
    where = ines.post("/count/adopt", {"text": cast.DEFINITION.replace("\n", "\r\n")})["Location"]
    assert "exploited" in ines.get(where).content.decode()
    typed = {
        "definition": str(selectors.definitions()[0].n),
        "as_of_day": "2",
        "as_of_month": "3",
        "as_of_year": "2026",
        "known_on_day": "",
        "known_on_month": "",
        "known_on_year": "",
        "bootstrap": "200",
        "seed": "7",
        "reason": "",
        "evidence": "",
        "request_key": new_key(),
    }
    refused = ines.post("/count/propose", typed | {"evidence": "twelve"})
    assert refused.status_code == 422 and "Write entry numbers" in refused.content.decode()
    refused = ines.post("/count/propose", typed | {"as_of_year": "2027"})
    assert refused.status_code == 422
    past = {"known_on_day": "1", "known_on_month": "3", "known_on_year": "2026"}
    refused = ines.post("/count/propose", typed | past)
    assert refused.status_code == 422 and "Nothing had been recorded" in refused.content.decode()
    made = ines.post("/count/propose", typed)
    assert made.status_code == 302 and made["Location"] == ines.post("/count/propose", typed)["Location"]
    row = Figure.objects.get()
    assert row.query["seed"] == 7 and "Sign it" not in ines.get(made["Location"]).content.decode()
    assert "her own proposal" in ines.post(f"/count/proposals/{row.n}/sign", follow=True).content.decode()
    dora = client("dora")
    assert "Sign it" in dora.get(made["Location"]).content.decode()
    assert dora.post(f"/count/proposals/{row.n}/sign")["Location"] == f"/count/figures/{row.key}/"
    page = client("bea").get(f"/count/figures/{row.key}/").content.decode()
    assert f"signed in entry {row.n + 1}" in page and "Assumptions" in page and "seed 7" in page
    again = client("gus").post(f"/count/figures/{row.key}/anew", follow=True).content.decode()
    assert "the same to the byte" in again


def test_a_withdrawal_through_its_form_keeps_both_numbers(site: World) -> None:
    row = published(site, 10)
    dora, where = client("dora"), f"/count/figures/{row.key}/withdraw"
    refused = dora.post(where, {"reason": "ill judged"})
    assert refused.status_code == 422 and "name the entries" in refused.content.decode()
    assert "ill judged" in refused.content.decode(), "what was typed is kept"
    file = SimpleUploadedFile("audit.txt", b"=an invented audit")
    made = dora.post(where, {"reason": "ill judged", "file": file})
    proposal = Figure.objects.get(action="withdraw")
    assert made["Location"] == f"/count/proposals/{proposal.n}/"
    own = dora.post(f"/count/proposals/{proposal.n}/sign", follow=True).content.decode()
    assert "her own proposal" in own
    assert client("petra").post(f"/count/proposals/{proposal.n}/sign").status_code == 302
    page = client("bea").get(f"/count/figures/{row.key}/").content.decode()
    assert "This figure was withdrawn" in page and "ill judged" in page and "Withdraw it" not in page
    assert row.result and f"{row.result['known']} known" in page
    assert client("ines").get(where).status_code == 404
    got = client("bea").get(f"/count/proposals/{proposal.n}/evidence/{proposal.files[0]}")
    assert got.content == b"=an invented audit" and "attachment" in got["Content-Disposition"]
    assert "withdrawn" in client("bea").get("/count/").content.decode()


def test_a_long_list_has_pages(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heed.scrutiny.counting.views.PER_PAGE", 1)
    published(site, 5)
    site.pass_time(days=1)
    cast.report(site, "pat", cast.child(site, 9))
    entry = services.propose_figure(by=site.by("ines"), ask=cast.ask(as_of="2026-03-03"))
    services.sign_figure(by=site.by("dora"), proposal=entry.n)
    first, second = (client("bea").get(f"/count/?page={n}").content.decode() for n in (1, 2))
    assert "2 figures" in first and 'rel="next"' in first and 'rel="prev"' in second
    third, second_of_march = ">3 March 2026</time></div></td>", ">2 March 2026</time></div></td>"
    assert third in first and second_of_march in second and third not in second


def test_a_refusal_is_on_the_record(both: tuple[World, Figure, int]) -> None:
    _, row, waiting = both
    ines = client("ines")
    assert "Say why" in ines.post(f"/count/proposals/{waiting}/refuse", {}, follow=True).content.decode()
    page = ines.post(f"/count/proposals/{waiting}/refuse", {"reason": "it is right"}, follow=True).content.decode()
    assert "it is right" in page and "not signed" in page
    assert "it is right" in client("bea").get(f"/count/figures/{row.key}/").content.decode()


def test_downloads_are_one_object_without_small_numbers(site: World) -> None:
    strata = "strata:\n  age: [12, 14]\n  sex: true\n"
    row = published(site, 30, text=cast.DEFINITION + strata)
    document = selectors.document_of(row)
    small = [c for c in document["diagnostics"]["overlaps"] if 0 < c["people"] < 5]
    assert small and any(0 < n < 5 for n in document["strata"].values()), "the test needs small numbers"
    given = json.loads(client("bea").get(f"/count/figures/{row.key}/figure.json").content)
    assert all(c["people"] >= 5 for c in given["answer"]["diagnostics"]["overlaps"])
    assert all(n is None or n == 0 or n >= 5 for n in given["answer"]["strata"].values())
    assert given["answer"]["fingerprint"] is None and len(given["commitment"]) == 64
    open_to = json.loads(client("gus").get(f"/count/figures/{row.key}/figure.json").content)
    assert open_to["answer"]["fingerprint"] == document["fingerprint"]
    rows = list(csv.reader(io.StringIO(client("bea").get(f"/count/figures/{row.key}/figure.csv").content.decode())))
    assert {"figure", "method", "stratum", "assumption"} <= {r[0] for r in rows}
    assert ["figure", "known", "30", "", "", ""] in rows
    page = client("bea").get(f"/count/figures/{row.key}/").content.decode()
    assert document["fingerprint"] not in page and given["commitment"] in page and "withheld" in page
    assert document["fingerprint"] in client("olga").get(f"/count/figures/{row.key}/").content.decode()


def test_a_figure_of_three_children_shows_no_number_of_theirs(site: World) -> None:
    row = published(site, 3, text=cast.DEFINITION + "strata: {sex: true}\n")
    page = client("gus").get(f"/count/figures/{row.key}/").content.decode()
    assert "fewer than 5" in page and "<img" not in page and "By method" not in page
    assert row.result and row.result["fingerprint"] not in page
    given = json.loads(client("gus").get(f"/count/figures/{row.key}/figure.json").content)
    assert given["known"] is None and given["answer"]["estimators"] == [] and given["answer"]["fingerprint"] is None
    assert not {1, 2, 3} & set(given["answer"]["strata"].values())
    rows = list(csv.reader(io.StringIO(client("gus").get(f"/count/figures/{row.key}/figure.csv").content.decode())))
    assert ["figure", "known", "withheld", "", "", ""] in rows
    assert client("gus").get(f"/count/proposals/{row.n}/plot/0.svg").status_code == 404
    assert "fewer than 5" in client("gus").get("/count/").content.decode()


def test_plots_are_svg_that_the_policy_allows(site: World) -> None:
    row = published(site, 24, text=THREE_LISTS, methods=("bic", "bma", "bounds"), refits=True)
    page = client("bea").get(f"/count/figures/{row.key}/").content.decode()
    for place in range(page.count("<img src=")):
        drawn = client("bea").get(f"/count/proposals/{row.n}/plot/{place}.svg")
        assert drawn["Content-Type"] == "image/svg+xml" and drawn.content.startswith(b"<svg")
        assert b"<script" not in drawn.content and b"style=" not in drawn.content
    assert page.count("<img src=") >= 4
