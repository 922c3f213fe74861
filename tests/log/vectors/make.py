"""Write the vectors: `python -m log.vectors.make`, from the folder tests with `src` beside it on the path."""

from collections.abc import Callable

from .collect import HERE, Vectors
from .databases import databases
from .notes import checkpoints
from .openings import openings
from .profile import profile
from .receipts import receipts
from .trees import consistency, inclusion
from .trusts import policies

FILES: dict[str, Callable[[], Vectors]] = {
    "inclusion.json": inclusion,
    "consistency.json": consistency,
    "checkpoints.json": checkpoints,
    "policies.json": policies,
    "profile.json": profile,
    "receipts.json": receipts,
    "openings.json": openings,
    "databases.json": databases,
}


def main() -> None:
    """Write every file anew; a second run changes none."""
    for name, vectors in FILES.items():
        made = vectors()
        (HERE / name).write_bytes(bytes(made))
        print(f"{name}: {len(made.rows)} vectors")


if __name__ == "__main__":
    main()
