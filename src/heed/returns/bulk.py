"""Invented SSDA903 returns of any length, for measuring: plainly synthetic, fixed by the seed."""

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

from .ssda903.tables import EPISODES, ETHNIC, HEADER, LEGAL_STATUS, NEED, PLACE, PROVIDER, REVIEWS

# Rows of one child: one header row, so many episodes and reviews (the shared synthetic return has 1.9 and 4.7).
EPISODES_EACH, REVIEWS_EACH = 2, 5
FIRST = dt.date(2010, 4, 1)


def write_return(folder: Path, *, rows: int, seed: int) -> int:
    """Write a return of about so many rows; return how many it has."""
    children = max(1, rows // (1 + EPISODES_EACH + REVIEWS_EACH))
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "header.csv").open("w", encoding="utf-8") as header,
        (folder / "episodes.csv").open("w", encoding="utf-8") as episodes,
        (folder / "reviews.csv").open("w", encoding="utf-8") as reviews,
    ):
        for file, table in ((header, HEADER), (episodes, EPISODES), (reviews, REVIEWS)):
            file.write(",".join(table.names) + "\n")
        for number in range(children):
            child, born = f"SYN{number:07}", written(FIRST - dt.timedelta(days=chance.randrange(6000)))
            header.write(f"{child},{chance.choice('12')},{born},{pick(ETHNIC, chance)},UN1,,\n")
            episodes.writelines(episode_lines(child, chance))
            reviews.writelines(review_lines(child, born, chance))
    return children * (1 + EPISODES_EACH + REVIEWS_EACH)


def pick(codes: frozenset[str], chance: random.Random) -> str:
    """Return one of some codes, the same for the same seed."""
    return chance.choice(sorted(codes))


def written(day: dt.date) -> str:
    """Return a day as the return writes it."""
    return day.strftime("%d/%m/%Y")


def episode_lines(child: str, chance: random.Random) -> Iterator[str]:
    """Yield a child's episodes, one after the other."""
    day = FIRST + dt.timedelta(days=chance.randrange(3000))
    for number in range(EPISODES_EACH):
        end = day + dt.timedelta(days=chance.randrange(20, 400))
        code = [pick(codes, chance) for codes in (LEGAL_STATUS, NEED, PLACE, PROVIDER)]
        began, place = f"{child},{written(day)},{'SPLB'[number % 4]}", chance.randrange(10**6)
        yield f"{began},{','.join(code)},{written(end)},X1,,,,{place}\n"
        day = end


def review_lines(child: str, born: str, chance: random.Random) -> Iterator[str]:
    """Yield a child's reviews."""
    day = FIRST + dt.timedelta(days=chance.randrange(3000))
    for _ in range(REVIEWS_EACH):
        yield f"{child},{born},{written(day)},PN{chance.randrange(8)}\n"
        day += dt.timedelta(days=chance.randrange(20, 180))
