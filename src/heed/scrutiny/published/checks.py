"""Work the Department's own rates and shares out again from its counts, to see that we read its files as it does."""

from dataclasses import dataclass

import polars as pl

from .measures import POPULATION

RATE, SHARE = "_rate", "_percent"
PER_CHILDREN, PER_CENT = 10_000.0, 100.0
# What a printed share is a share of, where the names do not say it (data guidance, *Children in need*).
WHOLE_OF = {"re_referrals": "referrals", "reviewed_within_timescales": "cpp_at31_3months"}
# Halves fall either way in binary arithmetic: a printed value on the very edge agrees.
EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Recount:
    """How many printed rates and shares could be worked out again, how many agreed, and which did not."""

    compared: int
    agreed: int
    differing: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say it in one sentence."""
        if not self.compared:
            return "No printed rate or share could be worked out again from these files."
        return (
            f"Of {self.compared:,} rates and shares that the files print and that can be worked out again from their "
            f"counts, {self.agreed:,} agree to the decimal printed."
        )


def recount(cells: pl.DataFrame) -> Recount:
    """Compare every printed rate and share with its counts, as bounds: they agree where the two can be equal."""
    printed = cells.filter(pl.col("value").is_not_null() & ~pl.col("counts"))
    again = pl.concat([rates(printed, cells), shares(printed, cells)])
    overlap = (pl.col("low") <= pl.col("again_high") + EDGE) & (pl.col("high") >= pl.col("again_low") - EDGE)
    known = again.filter(pl.col("again_high").is_finite()).with_columns(agrees=overlap)
    wrong = known.filter(~pl.col("agrees")).sort("file", "row", "column")
    told = [f"{file} row {row}: {column}" for file, row, column in wrong.select("file", "row", "column").iter_rows()]
    return Recount(known.height, known.height - wrong.height, tuple(told))


def rates(printed: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Divide the count beside each printed rate by the children of the mid-year before."""
    wanted = printed.filter(pl.col("measure").str.ends_with(RATE))
    wanted = wanted.with_columns(base=pl.col("measure").str.strip_suffix(RATE), mid_year=pl.col("year") - 1)
    children = cells.filter(pl.col("measure") == POPULATION).select(
        "place", mid_year="year", bottom_low="low", bottom_high="high"
    )
    found = wanted.join(tops(cells), on=["file", "row", "base"]).join(children, on=["place", "mid_year"])
    return divided(found, PER_CHILDREN)


def shares(printed: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Divide the count beside each printed share by its whole in the same row."""
    wanted = printed.filter(pl.col("measure").is_in([name + SHARE for name in WHOLE_OF]))
    base = pl.col("measure").str.strip_suffix(SHARE)
    wanted = wanted.with_columns(base=base, whole=base.replace_strict(WHOLE_OF, default="", return_dtype=pl.String))
    wholes = tops(cells).rename({"base": "whole", "top_low": "bottom_low", "top_high": "bottom_high"})
    found = wanted.join(tops(cells), on=["file", "row", "base"]).join(wholes, on=["file", "row", "whole"])
    return divided(found, PER_CENT)


def tops(cells: pl.DataFrame) -> pl.DataFrame:
    """Return every count that says something, by file, row and name."""
    known = cells.filter(pl.col("counts") & pl.col("high").is_finite())
    return known.select("file", "row", base="measure", top_low="low", top_high="high")


def divided(found: pl.DataFrame, per: float) -> pl.DataFrame:
    """Return the printed bounds beside those worked out again."""
    return found.filter(pl.col("bottom_low") > 0).select(
        "file",
        "row",
        "column",
        "low",
        "high",
        again_low=pl.col("top_low") / pl.col("bottom_high") * per,
        again_high=pl.col("top_high") / pl.col("bottom_low") * per,
    )
