"""Every shipped pack adopted at once on the live record: what each role of a key owes stands there, and opens."""

from importlib import resources

from duties.conftest import client
from heed.cases.concern import services as concerns
from heed.duties.judged import standing_at
from heed.duties.models import Duty
from heed.duties.moments import moments_of
from heed.duties.services import adopt_pack
from heed.policy.files import shipped
from heed.record import tick
from heed.record.verify import verify
from world import World


def test_every_shipped_pack_is_adopted_and_its_duties_stand_and_open(world: World) -> None:
    from django.http import QueryDict

    for name in sorted(set(shipped()) - {"concern"}):
        text = resources.files("heed.policy").joinpath(f"packs/{name}.yaml").read_text("utf-8")
        adopt_pack(by=world.by("system"), text=text)
    concern = concerns.raise_concern(report=world.report(threshold=True), by=world.by("yara")).subject
    row = Duty.objects.get(key=world.keys["child"], clause="X6")
    assert (row.roles, row.end, row.owner) == ({"child": world.keys["child"]}, "open", "team_manager")
    world.pass_time(days=20)
    tick.tick(world.now)
    told = client("mia").get(f"/duties/{row.id}/").content.decode()
    assert "A strategy discussion is held within three working days" in told and world.keys["child"] in told
    assert f"/duties/{row.id}/" in client("mia").get("/work/").content.decode()
    outside = client("ines").get(f"/duties/{row.id}/").content.decode()
    assert world.keys["child"] not in outside and concern not in outside
    text = f"{world.now:%Y-%m-%dT%H:%M:%S.000000Z}"
    replayed = standing_at(moments_of(QueryDict(f"as_of={text}&known_at={text}"), world.now))
    live = standing_at(moments_of(QueryDict(), world.now))
    assert [(d.id, d.end, d.lateness) for d in live.duties] == [(d.id, d.end, d.lateness) for d in replayed.duties]
    assert verify().rebuilt
