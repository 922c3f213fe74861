"""The record's clocks as pages show them."""

from heed.web.templatetags.moments import day, instant


def test_an_instant_is_shown_in_local_time_and_kept_exact() -> None:
    summer = "2026-07-01T22:59:59.000001Z"
    assert instant(summer) == f'<time datetime="{summer}">1 July 2026, 23:59</time>'
    assert day("2026-07-01T23:30:00.000000Z").endswith(">2 July 2026</time>")


def test_a_claimed_day_has_no_hour() -> None:
    assert instant("2026-03-31") == day("2026-03-31") == '<time datetime="2026-03-31">31 March 2026</time>'


def test_what_is_no_clock_is_shown_as_it_is() -> None:
    for text in ("", "2026-03-01/2026-03-05", "2026-02-30", None):
        assert instant(text) == text and day(text) == text
