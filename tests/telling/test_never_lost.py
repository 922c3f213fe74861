"""Random histories with a mail server that refuses, hangs up and dies, and a process that is killed: nothing is lost.

The oracle is the record's own open duties and their holders; what the server took is all that may be compared with it.
"""

import re
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import world as worlds
from heed.cases.concern import services
from heed.duties.models import Duty
from heed.duties.selectors import holders
from heed.duties.telling.words import reference_of
from heed.people.models import Account, Worker
from heed.people.post import services as post
from heed.people.post.models import Letter, Notice
from heed.record import replay, tick
from heed.record.verify import verify
from world import World

from .conftest import give_account

STEPS = st.lists(
    st.sampled_from(["report", "danger", "decide", "acknowledge", "object", "night", "rebuild", "digest", "at once"])
    | st.sampled_from(["server dies", "refuses", "hangs up", "killed before the record", "well", "well"]),
    min_size=3,
    max_size=14,
)


class Killed(BaseException):
    """A stand-in for SIGKILL: nothing in the product catches it."""


class Server(EmailBackend):
    """Django's own back-end for tests, with a will of its own."""

    mood = "well"

    def open(self) -> bool:
        if self.mood == "server dies":
            raise OSError("no route to host")
        return True

    def send_messages(self, messages: Any) -> int:
        if self.mood == "refuses":
            raise SMTPRecipientsRefused({messages[0].to[0]: (451, b"4.7.1 later")})
        if self.mood == "hangs up" and len(mail.outbox) % 2:
            raise SMTPServerDisconnected("gone")
        return int(super().send_messages(messages))


class Story:
    """A record that lives through the steps of one history."""

    def __init__(self, world: World) -> None:
        self.world, self.concerns, self.killed = world, [], 0
        self.concerns: list[str] = []

    def step(self, name: str) -> None:
        world, last = self.world, self.concerns[-1] if self.concerns else ""
        if name in ("report", "danger"):
            more = {"danger_today": "yes", "called": "999"} if name == "danger" else {}
            report = world.report(**more)
            self.concerns.append(services.raise_concern(report=report, by=world.by("yara")).subject)
        elif name == "acknowledge" and last:
            services.acknowledge(by=world.by("sam"), concern=last)
        elif name == "decide" and last and Duty.objects.filter(key=last, clause="K2", end="open").exists():
            services.decide(by=world.by("mia"), concern=last, outcome="assessment", reason="enough")
        elif name == "object" and last and not Duty.objects.filter(key=last, clause="K2", end="open").exists():
            services.object_to(by=world.by("yara"), concern=last, why="missing twice")
        elif name == "night":
            world.pass_time(hours=17)
        elif name == "rebuild":
            replay.rebuild()
        elif name in ("digest", "at once"):
            Account.objects.update(wants_digest=name == "digest")
        else:
            self.tick(name)

    def tick(self, mood: str) -> None:
        Server.mood = mood
        real, self.world.now = post.record_sent, self.world.pass_time(minutes=5)
        if mood == "killed before the record":
            post.record_sent = self._kill
        try:
            tick.tick(self.world.now)
        except Killed:
            self.killed += 1
        finally:
            post.record_sent = real

    def _kill(self, **_: Any) -> None:
        raise Killed

    def settle(self) -> None:
        """Let the server be well for long enough that every back-off and every digest has passed."""
        Account.objects.update(wants_digest=False)
        for _ in range(3):
            self.world.pass_time(hours=13)
            self.tick("well")


def told() -> dict[tuple[str, str, str], int]:
    """Return how often each address was told of each reference on each occasion."""
    found: dict[tuple[str, str, str], int] = {}
    for message in mail.outbox:
        for reference, occasion in re.findall(r"- (\w{4}-\w{4}) (is new|is due soon|passed|has climbed)", message.body):
            key = (message.to[0], reference, "is new" if occasion == "passed" else occasion)
            found[key] = found.get(key, 0) + 1
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whoever_owes_is_told_whatever_happens_on_the_way(
    steps: list[str], tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any, settings: Any
) -> None:
    folder: Path = tmp_path_factory.mktemp("story")
    mail.outbox = []
    with django_db_blocker.unblock():
        settings.DATA, settings.EMAIL_BACKEND = folder, f"{Server.__module__}.Server"
        for world in worlds.build("sqlite", folder):
            for who in worlds.PEOPLE:
                give_account(world, who)
            story = Story(world)
            for step in steps:
                story.step(step)
            story.settle()
            _compare(story)


def _compare(story: Story) -> None:
    said, names = told(), dict(Worker.objects.values_list("key", "name"))
    for duty in Duty.objects.filter(end="open"):
        for worker in holders(duty.owner, duty.agency, duty.team):
            address = f"{names[worker].lower()}@example.org"
            assert said.get((address, reference_of(duty.id), "is new")), "somebody who owes was never told"
    sent = Notice.objects.filter(outcome="sent").count()
    assert len(mail.outbox) == sent + story.killed, "one duplicate for each kill, and none without"
    assert story.killed or max(said.values(), default=1) == 1, "told twice"
    assert not Letter.objects.filter(state="waiting").exists()
    verify()
