"""The pages of the law: look, propose, approve as another agency, decline; a refused pack says what to write."""

import html
import re

import pytest

from duties.conftest import client
from duties.test_adopting import LOCAL, calendar, propose, report
from heed.duties.models import Duty, Proposal
from heed.record import reading
from world import World


@pytest.fixture(params=["sqlite"])
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def typed(text: str, **more: str) -> dict[str, str]:
    return {"text": text, "name": "local.yaml", "reason": "an invented reason"} | more


def main(page: bytes) -> str:
    return html.unescape(page.decode().split("<main")[1].split("</main>")[0])


def test_two_agencies_adopt_a_pack_in_four_clicks(world: World) -> None:
    concern, size = report(world), reading.size()
    looked = client("dora").post("/procedures/propose", typed(LOCAL))
    page = main(looked.content)
    assert looked.status_code == 200 and reading.size() == size, "looking changes nothing"
    assert "What local 1 would change" in page and "our own choice, no law" in page and "from their data alone" in page
    sent = client("dora").post("/procedures/propose", typed(LOCAL, propose="1"))
    where = sent["Location"]
    assert "Procedures that wait for you" in client("ines").get("/").content.decode()
    assert "Procedures that wait for you" not in client("dora").get("/").content.decode()
    assert "Approve it" not in main(client("dora").get(where).content)
    shown = client("ines").get(where)
    assert "Approve it" in main(shown.content) and "Invented board · " in shown.content.decode(), "her own agency above"
    assert "Approve it" not in main(client("sid").get(where).content), "a service manager reads it only"
    done = client("ines").post(where + "approve", follow=True)
    assert "It is adopted, as entry" in done.content.decode()
    row = Duty.objects.get(clause="L1", key=concern)
    assert "A report is decided within five working days." in client("mia").get(f"/duties/{row.id}/").content.decode()
    law = main(client("pat").get("/procedures/").content)
    assert "An invented local rule" in law and "in force" in law and "waits for another agency" not in law
    link = re.search(r'href="(/procedures/\d+)">An invented local rule', law)
    assert link and "A report is decided" in main(client("pat").get(link[1]).content)
    assert client("pat").get(link[1] + "?download=1").content.decode() == LOCAL
    assert "Procedures that wait for you" not in client("ines").get("/").content.decode()


def test_a_text_is_adopted_as_it_was_looked_at_whatever_ends_its_lines(world: World) -> None:
    """A browser sends a hidden field's lines with CR LF; a file may come so, too."""
    client("dora").post("/procedures/propose", typed(LOCAL.replace("\n", "\r\n"), propose="1"))
    assert Proposal.objects.get().text == LOCAL


def test_a_broken_pack_is_told_line_by_line(world: World) -> None:
    size = reading.size()
    answer = client("dora").post("/procedures/propose", typed(LOCAL.replace("within: 5 wd", "within: 5 fortnights")))
    page = main(answer.content)
    assert answer.status_code == 422 and reading.size() == size
    assert "local.yaml" in page and "L1" in page and "5 fortnights" in page and "Write N and one of" in page
    assert "the procedures in force stay in force" in page
    nothing = client("dora").post("/procedures/propose", {"reason": "r"})
    assert nothing.status_code == 422 and "Choose a pack, or add a file." in main(nothing.content)


def test_a_proposal_without_a_reason_is_refused_with_what_was_typed(world: World) -> None:
    answer = client("dora").post("/procedures/propose", typed(LOCAL, reason="", propose="1"))
    assert answer.status_code == 422 and "Say why" in main(answer.content) and not Proposal.objects.exists()
    assert "A report is decided within five working days." in main(answer.content), "the text is still in the form"


def test_the_same_agency_and_the_proposer_may_not_approve(world: World) -> None:
    where = f"/procedures/proposals/{propose(world, LOCAL)}/"
    answer = client("dora").post(where + "approve", follow=True)
    assert "Nobody approves what she proposed herself." in answer.content.decode()
    assert not Duty.objects.filter(clause="L1").exists() and Proposal.objects.get().approved_n is None


def test_a_proposal_is_declined_with_a_reason(world: World) -> None:
    where = f"/procedures/proposals/{propose(world, LOCAL)}/"
    assert "Say why" in client("ines").post(where + "decline", {"reason": ""}, follow=True).content.decode()
    done = client("ines").post(where + "decline", {"reason": "an invented doubt"}, follow=True)
    assert "an invented doubt" in main(done.content) and "Approve it" not in main(done.content)
    assert "Proposals that were declined" in main(client("dora").get("/procedures/").content)


def test_a_calendar_says_which_days_it_changes(world: World) -> None:
    report(world)
    looked = main(client("dora").post("/procedures/propose", typed(calendar("2026-03-03"))).content)
    assert "Tuesday 3 March 2026: becomes a bank holiday" in looked and "K2" in looked
    client("dora").post("/procedures/propose", typed(calendar("2026-03-03"), propose="1"))
    client("ines").post(f"/procedures/proposals/{Proposal.objects.get().key}/approve")
    assert "2026-extra" in main(client("yara").get("/procedures/").content)


def test_from_a_day_on_is_asked_as_a_date(world: World) -> None:
    report(world)
    day = {"begins_day": "1", "begins_month": "5", "begins_year": "2026"}
    page = main(client("dora").post("/procedures/propose", typed(LOCAL, **day)).content)
    assert "in force from" in page and "1 May 2026" in page
    client("dora").post("/procedures/propose", typed(LOCAL, propose="1", **day))
    assert "from: 2026-05-01}" in Proposal.objects.get().text


def test_a_record_too_large_for_a_page_is_adopted_by_the_tick(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heed.duties.views_procedures.MOST", 1)
    page = main(client("dora").post("/procedures/propose", typed(LOCAL, propose="1")).content)
    assert "heed policy adopt FILE" in page and not Proposal.objects.exists()
    where = f"/procedures/proposals/{propose(world, LOCAL)}/"
    done = client("ines").post(where + "approve", follow=True).content.decode()
    assert "The next tick" in done and "about to be carried out" in done and Proposal.objects.get().adopted_n is None
