"""The collector is paused within, and afterwards as it was."""

import gc

import pytest

from heed.lib.collector import collector_paused


def test_it_is_paused_and_comes_back() -> None:
    with pytest.raises(ZeroDivisionError), collector_paused():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()


def test_inside_another_pause_it_stays_off() -> None:
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
