"""Who may do what about people: each rule is checked by its service, under the lock, whatever a page offered."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core import mail

import world as worlds
from heed.cases.concern import services as concerns
from heed.lib.errors import Answered
from heed.people import accounts, selectors
from heed.people import services as people
from heed.people.models import Account, Agency, Grant, Reset, Team, Worker
from heed.record import reading
from heed.record.verify import verify
from telling.conftest import ticked
from world import World

EVERYBODY = set(worlds.PEOPLE)


def council(world: World) -> str:
    return world.keys["council"]


def proposed(world: World, *, role: str = "practitioner", worker: str = "yara", by: str = "adam") -> str:
    return people.propose_role(
        by=world.by(by), worker=world.keys[worker], role=role, agency=council(world), team=world.keys["youth"]
    )


# What is done → who of the cast may; the rest is refused by the service itself.
ACTS: dict[str, tuple[Callable[[World, str], Any], set[str]]] = {
    "name the agency anew": (
        lambda w, who: people.name_agency(by=w.by(who), key=council(w), name="Council", type="council"),
        {"adam"},
    ),
    "add an agency": (lambda w, who: people.name_agency(by=w.by(who), name="Invented Trust", type="health"), {"adam"}),
    "add a team": (lambda w, who: people.name_team(by=w.by(who), agency=council(w), name="New"), {"adam"}),
    "let somebody join": (lambda w, who: people.join(by=w.by(who), agency=council(w), team="", name="New"), {"adam"}),
    "invite": (
        lambda w, who: accounts.invite(
            by=w.by(who), agency=council(w), team="", name="New", email="new@example.org", now=w.now
        ),
        {"adam"},
    ),
    "let somebody leave": (lambda w, who: people.leave(by=w.by(who), worker=w.keys["sid"]), {"adam"}),
    "propose a role": (lambda w, who: proposed(w, by=who, role="team_manager"), {"adam"}),
    "send a link": (lambda w, who: accounts.send_link(by=w.by(who), worker=w.keys["mia"], now=w.now), {"adam"}),
    "ask for a reset": (
        lambda w, who: accounts.ask_reset(by=w.by(who), worker=w.keys["mia"], reason="came in"),
        {"adam"},
    ),
    "open a record in an emergency": (
        lambda w, who: people.break_glass(by=w.by(who), reason_code="court", reason="asked", child=w.keys["child"]),
        {"sam", "mia", "sid", "dora", "pat", "ines"},
    ),
    "record a child": (
        lambda w, who: people.record_child(by=w.by(who), name="A"),
        {"sam", "mia", "sid", "dora", "pat"},
    ),
}


@pytest.mark.parametrize("what", ACTS)
def test_the_wrong_role_is_refused_at_the_service(world: World, what: str) -> None:
    act, may = ACTS[what]
    for who in sorted(EVERYBODY - may):
        size = reading.size()
        with pytest.raises(Answered):
            act(world, who)
        assert reading.size() == size, (what, who)
    act(world, sorted(may)[0])


def test_a_leaver_may_nothing_any_more(world: World) -> None:
    people.leave(by=world.by("adam"), worker=world.keys["adam"])
    for what, (act, _) in ACTS.items():
        with pytest.raises(Answered):
            act(world, "adam")
            pytest.fail(what)


def test_who_may_confirm_a_role_that_reads_records(world: World) -> None:
    proposed(world)
    grant = selectors.proposals().get()
    may = set()
    for who in worlds.PEOPLE:
        try:
            people.confirm_role(by=world.by(who), grant=grant.grant)
        except Answered:
            continue
        may.add(who)
        people.end_role(by=world.by("adam"), grant=grant.grant, why="withdrawn")
        proposed(world)
        grant = selectors.proposals().get()
    assert may == {"mia", "sid", "dora"}, "a manager of that agency, and nobody else"
    verify()


def test_a_role_that_reads_nothing_is_confirmed_by_anybody_of_the_agency_but_the_two(world: World) -> None:
    grant = proposed(world, role="administrator", worker="yara")
    refusals = {"adam": "second person", "yara": "her own", "pat": "of that agency", "ines": "of that agency"}
    for who, said in refusals.items():
        with pytest.raises(Answered, match=said):
            people.confirm_role(by=world.by(who), grant=grant)
    people.confirm_role(by=world.by("sam"), grant=grant)
    assert "administrator" in selectors.roles_of(world.keys["yara"])


def test_nobody_administers_accounts_and_reads_records(world: World) -> None:
    for worker, role in (("sam", "administrator"), ("adam", "practitioner"), ("adam", "inspector")):
        with pytest.raises(Answered, match="reads no records"):
            proposed(world, role=role, worker=worker)
    both = [proposed(world, role=role, worker="yara") for role in ("administrator", "practitioner")]
    people.confirm_role(by=world.by("mia"), grant=both[0])
    with pytest.raises(Answered, match="reads no records"):
        people.confirm_role(by=world.by("mia"), grant=both[1])  # proposed before, refused all the same


def test_an_agency_that_joins_is_managed_by_others_until_it_has_its_own(world: World) -> None:
    trust = people.name_agency(by=world.by("adam"), name="Invented Trust", type="health")
    names = ("Nell", "Owen", "Pia", "Quin")
    nell, owen, pia, quin = (people.join(by=world.by("adam"), agency=trust, team="", name=name) for name in names)
    world.keys |= {"nell": nell, "owen": owen, "pia": pia, "trust": trust}
    world.agency_of |= {"nell": "trust", "owen": "trust", "pia": "trust"}

    def grant(by: str, worker: str, role: str, confirmed_by: str) -> None:
        key = people.propose_role(by=world.by(by), worker=worker, role=role, agency=trust)
        people.confirm_role(by=world.by(confirmed_by), grant=key)

    with pytest.raises(Answered, match="of that agency"):
        grant("adam", nell, "administrator", "sam")  # nobody there can, so a manager elsewhere does, not anybody
    grant("adam", nell, "administrator", "dora")
    with pytest.raises(Answered, match="administrator of that agency"):
        people.propose_role(by=world.by("adam"), worker=owen, role="reporter", agency=trust)
    grant("nell", owen, "reporter", "dora")
    grant("nell", pia, "service_manager", "owen")  # the first who reads there, confirmed by whoever is there
    with pytest.raises(Answered, match="manager of that agency"):
        grant("nell", quin, "director", "owen")  # now that there is one
    verify()


def test_a_role_of_nobody_or_in_a_strange_team_is_refused(world: World) -> None:
    with pytest.raises(Answered, match="no such worker"):
        people.propose_role(by=world.by("adam"), worker="0" * 32, role="reporter", agency=council(world))
    with pytest.raises(Answered, match="no such team"):
        people.propose_role(
            by=world.by("adam"), worker=world.keys["sam"], role="reporter", agency=council(world), team="0" * 32
        )


def test_somebody_invited_gets_a_link_that_nobody_else_sees(world: World) -> None:
    key = accounts.invite(
        by=world.by("adam"), agency=council(world), team="", name="New", email="new@example.org", now=world.now
    )
    user = User.objects.get(email="new@example.org")
    assert Account.objects.get(user=user).worker == key and not user.has_usable_password()
    ticked(world)
    (message,) = mail.outbox
    assert message.to == ["new@example.org"] and "/enrol/" in str(message.body)
    assert not selectors.roles_of(key), "an account is no role"
    with pytest.raises(Answered, match="another account"):
        accounts.invite(
            by=world.by("adam"), agency=council(world), team="", name="Twin", email="NEW@example.org", now=world.now
        )
    assert Worker.objects.filter(name="Twin").count() == 0
    verify()


def test_leaving_closes_the_account(world: World) -> None:
    people.leave(by=world.by("adam"), worker=world.keys["mia"])
    assert not User.objects.get(email="mia@example.org").is_active
    with pytest.raises(Answered, match="no such worker"):
        accounts.send_link(by=world.by("adam"), worker=world.keys["mia"], now=world.now)


def test_a_lost_second_factor_takes_two_people(world: World) -> None:
    mia = User.objects.get(email="mia@example.org")
    TOTP.activate(mia, generate_totp_secret())
    with pytest.raises(Answered, match="Nobody has asked"):
        accounts.agree_reset(by=world.by("sid"), worker=world.keys["mia"])
    accounts.ask_reset(by=world.by("adam"), worker=world.keys["mia"], reason="she showed her card")
    with pytest.raises(Answered, match="asked already"):
        accounts.ask_reset(by=world.by("adam"), worker=world.keys["mia"], reason="again")
    for who, said in (("adam", "second person"), ("mia", "her own"), ("pat", "same agency"), ("ines", "same agency")):
        with pytest.raises(Answered, match=said):
            accounts.agree_reset(by=world.by(who), worker=world.keys["mia"])
    assert Authenticator.objects.filter(user=mia).exists()
    accounts.agree_reset(by=world.by("sid"), worker=world.keys["mia"])
    assert not Authenticator.objects.filter(user=mia).exists() and Reset.objects.get().answered_n
    accounts.ask_reset(by=world.by("adam"), worker=world.keys["mia"], reason="lost again")
    TOTP.activate(mia, generate_totp_secret())
    accounts.refuse_reset(by=world.by("dora"), worker=world.keys["mia"])
    assert Authenticator.objects.filter(user=mia).exists()
    verify()


def test_an_opening_is_reviewed_once_by_a_manager_who_did_not_open(world: World) -> None:
    concern = concerns.raise_concern(report=world.report(), by=world.by("yara")).subject
    opening = people.break_glass(by=world.by("sid"), reason_code="danger_today", reason="missing now", concern=concern)
    for who, said in (("sid", "her own"), ("sam", "by a manager"), ("adam", "by a manager"), ("yara", "by a manager")):
        with pytest.raises(Answered, match=said):
            people.review_access(by=world.by(who), opening=opening, finding="right", reason="x")
    people.review_access(by=world.by("dora"), opening=opening, finding="wrong", reason="no danger")
    with pytest.raises(Answered, match="reviewed already"):
        people.review_access(by=world.by("mia"), opening=opening, finding="right", reason="x")
    verify()


def test_the_numbers_of_an_agency_change_and_what_they_were_stays(world: World) -> None:
    people.name_agency(
        by=world.by("adam"), key=council(world), name="Invented council", type="council", day_number="01632 960099"
    )
    assert Agency.objects.get(key=council(world)).day_number == "01632 960099"
    named = [e for e in reading.stream(council(world)) if e.kind == "agency.named.1"]
    assert [e.fact("day_number") for e in named] == ["01632 960001", "01632 960099"]


def test_who_cannot_be_reached_is_listed_with_the_reason(world: World) -> None:
    from heed.people.post import services as post
    from heed.people.post.models import Letter

    Account.objects.filter(worker=world.keys["sid"]).delete()
    letter = Letter.objects.create(key="a" * 32, worker=world.keys["mia"], writer="duties", made_at=world.now)
    post.record_bounced(by=world.by("system"), letter=letter.key, status="5.1.1")
    found = {row.name: why for row, why in selectors.unreachable({council(world)})}
    assert found == {"Mia": "failing", "Sid": "no_account"}


def test_the_record_itself_may_seat_the_first_people_and_nobody_else_can_pass_for_it(world: World) -> None:
    assert selectors.is_log(world.by("system").actor)
    assert not any(selectors.is_log(world.keys[who]) for who in worlds.PEOPLE)
    assert Team.objects.count() == 2 and Grant.objects.filter(confirmed_n=None).count() == 0
