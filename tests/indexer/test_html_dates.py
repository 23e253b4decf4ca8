"""The moments that metadata names are read in every notation, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import Precision
from indexer.formats.when import read_instant


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2024-06-19T07:10:00+02:00", "2024-06-19T07:10:00+02:00"),
        ("2024-06-19 07:10:00 +0200", "2024-06-19T07:10:00+02:00"),
        ("2024-06-19T05:10Z", "2024-06-19T05:10:00Z"),
        ("20240619T051000Z", "2024-06-19T05:10:00Z"),
        ("2024-06-19T07:10:00.123456789Z", "2024-06-19T07:10:00Z"),
        ("2024-06-19T07:10:00+02:00[Europe/Berlin]", "2024-06-19T07:10:00+02:00"),
        ("2024-06-19T07:10:00", "2024-06-19T07:10:00Z"),
        ("2024-06-19T00:00:00", "2024-06-19"),
        ("2024-06-19T00:00:00Z", "2024-06-19T00:00:00Z"),
        ("2024-06-19", "2024-06-19"),
        ("20240619", "2024-06-19"),
        ("2024-06", "2024-06"),
        ("2024", "2024"),
        ("Wed, 19 Jun 2024 05:10:00 GMT", "2024-06-19T05:10:00Z"),
        ("Mon Oct 21 06:00:00 EDT 2025", "2025-10-21T06:00:00-04:00"),
        ("June 19, 2024", "2024-06-19"),
        ("19 June 2024 07:10 CEST", "2024-06-19T07:10:00+02:00"),
        ("19 June 2024 07:10 XYZ", "2024-06-19T07:10:00Z"),
        ("June 2024", "2024-06"),
        ("05.06.2021", "2021-06-05"),
        ("06/25/2021", "2021-06-25"),
        (1718780000, "2024-06-19T06:53:20Z"),
        (1718780000123, "2024-06-19T06:53:20Z"),
        ("1718780000", "2024-06-19T06:53:20Z"),
    ],
)
def test_a_moment_is_read_with_its_zone_and_precision(value: object, instant: str) -> None:
    assert str(read_instant(value)) == instant


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "soon",
        "yesterday",
        "2024-13-45",
        "05/06/2021",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31",
        "12:30",
        "1" * 5_000,
        10**400,
        float("nan"),
        float("inf"),
        -1,
        [],
        {},
        "2024-06-19T24:61:00Z",
        "on 19 June 2024 we met again",
    ],
)
def test_what_names_no_moment_is_none(value: object) -> None:
    assert read_instant(value) is None


@given(st.text(max_size=40) | st.from_regex(r"[0-9TZ :+./-]{1,30}", fullmatch=True) | st.floats() | st.integers())
def test_any_value_is_a_moment_in_the_time_of_newspapers_or_none(value: object) -> None:
    instant = read_instant(value)
    assert instant is None or (1600 <= instant.at.year <= 2200 and instant.precision in Precision)
