from heed.entry.fields import Flag, KeyField, Text, Whole
from heed.entry.kinds import Kind, Ref, register

NoteMade = register(
    Kind(
        name="note.made.1",
        about="A note was made about a child.",
        subject="note",
        facts={"urgent": Flag(), "amount": Whole()},
        words={"text": Text()},
        refs={"child": Ref(most=5)},
        may_seal=True,
        may_have_files=True,
    )
)
PromiseMade = register(
    Kind(name="promise.made.1", about="Something is owed.", subject="promise", facts={"by": KeyField(needed=True)})
)
PromiseKept = register(Kind(name="promise.kept.1", about="It was done.", subject="promise"))
GrantGiven = register(
    Kind(name="grant.written.1", about="A role was granted.", subject="worker", facts={"role": Text(needed=True)})
)
PolicyTaken = register(
    Kind(name="policy.taken.1", about="A pack was adopted.", subject="policy", facts={"digest": Text(needed=True)})
)
