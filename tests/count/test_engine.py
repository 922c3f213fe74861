"""The compiled path equals plain NumPy to 1e-9, pruning changes no choice, and both decide existence alike."""

from pathlib import Path

import numpy as np
import pytest
from mse_tables import bootstrap_tables, load

from heed.count.engine import best_models, score_rows
from heed.count.fit import SETTLED
from heed.count.models import hierarchical
from heed.count.selection import penalty, search, select


@pytest.mark.parametrize(("name", "replicates"), [("Korea", 1000), ("Kosovo", 60), ("Western", 2)])
def test_both_paths_choose_alike(shared: Path, name: str, replicates: int) -> None:
    tables = bootstrap_tables(shared, name)[0][:replicates]
    fast, slow = select(tables, "bic", compiled=True), select(tables, "bic", compiled=False)
    assert (fast.index == slow.index).all()
    assert fast.hidden == pytest.approx(slow.hidden, rel=1e-9)
    assert fast.score == pytest.approx(slow.score, rel=1e-9)
    assert (fast.without_mle == slow.without_mle).all()


@pytest.mark.parametrize("name", ["Artificial_3", "Kosovo", "Western"])
def test_both_paths_fit_alike(name: str) -> None:
    table = load(name)
    models = hierarchical(table.k)[:: 7 if table.k == 5 else 1]
    owner = np.zeros(len(models), dtype=np.int64)
    fast = score_rows(table.counts, owner, models, compiled=True)
    slow = score_rows(table.counts, owner, models, compiled=False)
    settled = slow.status == SETTLED
    assert ((fast.status == SETTLED) == settled).all()
    assert fast.hidden[settled] == pytest.approx(slow.hidden[settled], rel=1e-9)
    assert fast.stderr[settled] == pytest.approx(slow.stderr[settled], rel=1e-9)
    assert fast.deviance[settled] == pytest.approx(slow.deviance[settled], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("criterion", ["aic", "bic"])
def test_pruning_changes_no_choice(shared: Path, criterion: str) -> None:
    tables = bootstrap_tables(shared, "Kosovo")[0][:40]
    models = hierarchical(4)
    price = penalty(tables, criterion)
    pruned, whole = (best_models(tables, models, price, prune=p) for p in (True, False))
    assert (pruned.index == whole.index).all()
    assert pruned.fits <= whole.fits == 40 * len(models)


def test_the_search_finds_the_best_model_where_all_can_be_fitted() -> None:
    for name in ("Korea", "Kosovo", "Western"):
        table = load(name)
        found, hidden = search(table.counts, "bic")
        best = select(table.counts, "bic")
        assert found[0] is not None
        assert found[0].notation == hierarchical(table.k)[best.index[0]].notation
        assert hidden[0] == pytest.approx(best.hidden[0], rel=1e-9)
