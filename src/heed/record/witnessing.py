"""Our side of the witness exchange: what to ask, what to keep, and what a witness's answer says about us."""

from dataclasses import replace

from heed.lib.errors import Answered, HeedError
from heed.lib.files import locked, write_atomic
from heed.log.checkpoint import Checkpoint
from heed.log.note import VerifierKey, split_note
from heed.log.trust import Group, Trust, write_trust
from heed.log.witness import AddCheckpoint
from heed.log.witness_http import ask

from . import checkpoints
from .place import Place, here

QUORUM = "witnesses"


def add_witness(name: str, key: VerifierKey, *, url: str = "", place: Place | None = None) -> Trust:
    """Add a witness to the trust file; any one witness is then the quorum, until the file is edited otherwise."""
    place = place or here()
    with locked(place.lock):
        trust = checkpoints.trust_of(place)
        if name in trust.witnesses:
            raise Answered(f"There is a witness called {name} already.")
        witnesses = {**trust.witnesses, name: key}
        groups, quorum = dict(trust.groups), trust.quorum
        if quorum in ("none", QUORUM):
            members = (*groups[QUORUM].members, name) if QUORUM in groups else (name,)
            groups, quorum = {**groups, QUORUM: Group(1, members)}, QUORUM
        urls = {**trust.urls, **({name: url} if url else {})}
        trust = replace(trust, witnesses=witnesses, groups=groups, quorum=quorum, urls=urls)
        write_atomic(place.trust, write_trust(trust).encode())
    return trust


def counting(name: str, trust: Trust) -> bool:
    """Say whether a witness's cosignature may help to make the quorum."""
    return trust.quorum == name or any(name in group.members for group in trust.groups.values())


def retire_witness(name: str, *, place: Place | None = None) -> Trust:
    """Let a witness count no more; its key stays in the trust file, so that what it cosigned still verifies.

    Answered when it is not there, or when the quorum was edited by hand into something that we must not guess at.
    """
    place = place or here()
    with locked(place.lock):
        trust = checkpoints.trust_of(place)
        if name not in trust.witnesses:
            raise Answered(f"There is no witness called {name}.")
        if trust.quorum not in ("none", QUORUM) or any(
            name in g.members for k, g in trust.groups.items() if k != QUORUM
        ):
            raise Answered(f"The quorum in {place.trust} was written by hand; take {name} out of it there.")
        members = tuple(member for member in trust.groups.get(QUORUM, Group(1, ())).members if member != name)
        groups = {**trust.groups, QUORUM: Group(1, members)} if members else {}
        urls = {key: url for key, url in trust.urls.items() if key != name}
        trust = replace(trust, groups=groups, quorum=QUORUM if members else "none", urls=urls)
        write_atomic(place.trust, write_trust(trust).encode())
    return trust


def last_size(key: VerifierKey, using: str = "default", *, place: Place | None = None) -> int:
    """Return the largest size that a witness cosigned, as far as we hold its lines; 0 when none."""
    for size in reversed(checkpoints.stored_sizes(using, cosigned=True)):
        signed = checkpoints.read_stored(size, using, place=place)
        if any(cosignature.key == key for cosignature in signed.cosignatures):
            return size
    return 0


def request_for(
    name: str, *, old: int | None = None, using: str = "default", place: Place | None = None
) -> AddCheckpoint:
    """Return the request to a witness for the newest checkpoint, signing one when needed."""
    place = place or here()
    trust = checkpoints.trust_of(place)
    if name not in trust.witnesses:
        raise Answered(f"There is no witness called {name}; `heed witness add` adds one.")
    note = checkpoints.issue(using, place=place)
    size = Checkpoint.parse(split_note(note.encode())[0]).size
    old = last_size(trust.witnesses[name], using, place=place) if old is None else old
    if old > size:
        raise HeedError(f"The witness {name} has seen {old} entries and the database holds {size}: entries are lost.")
    return AddCheckpoint(old, tuple(checkpoints.consistency(old, size, using)), note)


def witness(name: str, *, using: str = "default", place: Place | None = None) -> int:
    """Have a witness cosign the newest checkpoint over HTTP; return its size.

    1. ask from the size that we know it holds; 2. on 409 ask again from the size it names; 3. keep its lines.
    """
    place = place or here()
    url = checkpoints.trust_of(place).urls.get(name)
    if not url:
        raise Answered(f"The witness {name} has no address; exchange files with it instead.")
    request = request_for(name, using=using, place=place)
    reply = ask(url, request.text())
    if reply.status == 409 and reply.body.strip().isdigit():
        request = request_for(name, old=int(reply.body), using=using, place=place)
        reply = ask(url, request.text())
    if reply.status != 200:
        raise Answered(f"The witness {name} refused ({reply.status}): {reply.body.strip()[:300]}")
    size = Checkpoint.parse(split_note(request.note.encode())[0]).size
    checkpoints.keep_cosignatures(size, reply.body, using=using, place=place)
    return size


def check_not_behind(name: str, *, using: str = "default", place: Place | None = None) -> None:
    """Refuse, when a witness has seen more entries than the database holds; silent when it cannot be reached."""
    place = place or here()
    url = checkpoints.trust_of(place).urls.get(name)
    if url:
        try:
            reply = ask(url, request_for(name, old=0, using=using, place=place).text())
        except Answered:
            return
        if reply.status == 409 and reply.body.strip().isdigit():
            request_for(name, old=int(reply.body), using=using, place=place)
