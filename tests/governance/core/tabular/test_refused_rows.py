"""Refused rows come back in their own columns with the reason beside them, and can be sent again."""

import pytest

from governance.core.tabular.opening import open_source
from governance.core.tabular.problems import Level, Problem
from governance.core.tabular.refused import Refused, added_columns, write_refused

HEADERS = ["Name", "Note"]
ROWS = [
    Refused(7, ["=A"], [Problem(Level.NOTE, "Fine."), Problem(Level.REFUSE, "Note is empty.", "Fill in Note.")]),
    Refused(
        9,
        ["B", "x" * 50],
        [Problem(Level.REFUSE, "Too long.", "Shorten it."), Problem(Level.REFUSE, "Again.", "Shorten it.")],
    ),
]


@pytest.mark.parametrize("format_key", ["csv", "xlsx"])
def test_the_file_says_row_problem_and_what_to_do(format_key):
    source = open_source(b"".join(write_refused(format_key, HEADERS, ROWS)))
    assert source.headers == ["Name", "Note", "Row", "Problem", "What to do"]
    assert [row.cells for row in source.rows()] == [
        ["=A", "", "7", "Note is empty.", "Fill in Note."],
        ["B", "x" * 50, "9", "Too long.\nAgain.", "Shorten it."],
    ]


def test_the_added_columns_are_known_again_when_the_file_returns():
    assert added_columns(["Name", "Row", "Problem", "What to do"]) == ["Row", "Problem", "What to do"]
    assert added_columns(["Row", "Note", "Row (2)", "Problem", "What to do"]) == ["Row (2)", "Problem", "What to do"]
    assert added_columns(["Name", "Problem"]) == []
