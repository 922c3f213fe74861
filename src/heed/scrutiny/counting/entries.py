"""What is recorded about counting: definitions, and figures from proposal to signature, refusal and revision.

Every kind begins with `policy.`, so that none is ever erased: both numbers of a revision stand for ever
(docs/adr/counting-definitions.md). None is about a person.
"""

from heed.entry.fields import Code, Day, Decimal, Field, Flag, Group, Many, Moment, Text, Whole
from heed.entry.kinds import Kind, Ref, register

ACTIONS = ("publish", "revise", "withdraw")
LOWERED = ("known", "lower", "upper", "range", "withdrawn")
_HEX = "[0-9a-f]{64}"
_NUMBERS: dict[str, Field] = {
    "known": Whole(needed=True, about="Each child once."),
    "verdict": Code(needed=True, codes=("estimate", "refused")),
    "lower": Decimal(),
    "upper": Decimal(),
    "sentence": Text(needed=True, most=4_000, about="The headline in words, or why no estimate is defensible."),
    "fingerprint": Text(needed=True, pattern=f"sha256:{_HEX}", about="Of the table."),
    "digest": Text(needed=True, pattern=_HEX, about="SHA-256 of the whole answer's text."),
}
_QUERY: dict[str, Field] = {
    "definition": Whole(needed=True, about="The entry that adopted the definition."),
    "as_of": Day(needed=True),
    "reach": Whole(needed=True, about="Entries below this number are read: that is 'known at'."),
    "methods": Many(needed=True, of=Text(most=40), least=1, most=20),
    "bootstrap": Whole(needed=True),
    "seed": Whole(needed=True),
    "refits": Flag(needed=True, about="Whether the diagnostics that refit were made too."),
}
_COUNTING = Ref(least=1, about="The counting that the definition is a version of.")

CountingAdopted = register(
    Kind(
        name="policy.counting_adopted.1",
        about="Children are counted by this definition from its own dates on; its text and digest are kept.",
        subject="counting",
        facts={
            "name": Text(needed=True, most=60),
            "version": Text(needed=True, most=20),
            "title": Text(needed=True, most=200),
            "in_force_from": Day(needed=True),
            "in_force_until": Day(),
            "digest": Text(needed=True, pattern=_HEX),
            "text": Text(needed=True, most=100_000, about="The definition, as it was read."),
        },
    )
)
FigureProposed = register(
    Kind(
        name="policy.figure_proposed.1",
        about="Somebody proposed to publish, revise or withdraw a figure; another person must sign.",
        subject="figure",
        facts={
            "action": Code(needed=True, codes=ACTIONS),
            "query": Group(needed=True, members=_QUERY),
            "known_at": Moment(needed=True, about="When the last entry that is read was recorded."),
            "result": Group(members=_NUMBERS, about="The new data under the new rule; absent when withdrawn."),
            "table": Text(most=100_000, about="How many children were seen by exactly which lists, as CSV."),
            "text": Text(most=900_000, about="The whole answer, keys sorted, numbers to six figures."),
            "stood": Group(members=_NUMBERS, about="The figure that stands, or that this is compared with."),
            "stood_n": Whole(about="The proposal of that figure."),
            "stood_as_of": Day(),
            "old_rule": Group(members=_NUMBERS, about="The new data under the rule of the figure that stood."),
            "old_query": Group(members=_QUERY),
            "old_why": Text(most=2_000, about="Why the old rule gives no figure on the new data."),
            "lowered": Many(needed=True, of=Code(codes=LOWERED), most=5),
            "evidence": Many(of=Whole(), most=100, about="Entries that show why; files may stand beside."),
            "made_with": Text(needed=True, most=400, about="Release and versions that the bytes rest on."),
        },
        words={"reason": Text(most=4_000, about="Why; names nobody.")},
        refs={"counting": _COUNTING},
        may_have_files=True,
    )
)
FigurePublished = register(
    Kind(
        name="policy.figure_published.1",
        about="A second person signed a proposal, having had it computed anew; from now on it stands.",
        subject="figure",
        facts={
            "proposal": Whole(needed=True),
            "digest": Text(pattern=_HEX, about="Of the answer as computed anew; absent when withdrawn."),
            "lowers": Flag(needed=True),
        },
        refs={"counting": _COUNTING},
    )
)
FigureRefused = register(
    Kind(
        name="policy.figure_refused.1",
        about="A proposal was not signed, or was taken back, with the reason.",
        subject="figure",
        facts={"proposal": Whole(needed=True)},
        words={"reason": Text(needed=True, most=4_000, about="Why; names nobody.")},
        refs={"counting": _COUNTING},
    )
)
