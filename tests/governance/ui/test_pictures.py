"""Pictures: the same figures always draw the same, nothing is told by colour alone, and every figure is in a table."""

import json
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import engines

from governance.ui import pictures
from governance.ui.pictures import Band, Column, Link, Mark, Node, Series
from governance.ui.pictures.scale import scale

DAYS = [("1 Nov", 120), ("2 Nov", None), ("3 Nov", Decimal("260.5"))]


def drawn() -> list[pictures.Picture]:
    """One of each kind."""
    nodes = [Node("s1", "Claims <triage>", "3 not approved", "/surfaces/S-1/", "stop"), Node("s2", "Letters")]
    return [
        pictures.line([Series("Spent", DAYS)], title="Spend", unit="EUR", target=[Mark("hard limit", 900)], area=True),
        pictures.bars([Series("as approved", DAYS), Series("not approved", DAYS, "stop")], title="Calls"),
        pictures.shares([("Claims & letters", 12, ""), ("nobody", 3, "stop")], title="Spend by surface", unit="EUR"),
        pictures.spark([7.9, None, 4.1], 5, title="Failures", finding="Fell to 4.1 %.", tone="warn"),
        pictures.grid(["Tier 3", "Tier 4"], ["Logging"], [[4], [None]], title="Gaps", tone="stop"),
        pictures.flow(
            [Column("Surfaces", nodes), Column("Endpoints", [Node("e1", "Meridian")])],
            [Link("s1", "e1", 40, "stop"), Link("s2", "e1", 0, "wait", "no calls")],
            title="Map",
        ),
    ]


@pytest.mark.parametrize("number", range(6))
def test_every_picture_is_sound_says_its_finding_and_has_no_style(number: int) -> None:
    one, again = drawn()[number], drawn()[number]
    assert one == again, "the same figures gave two drawings"
    root = ElementTree.fromstring(str(one.svg))
    title, desc = root[0], root[1]
    assert title.text == one.title
    assert desc.text == one.finding
    assert one.finding.endswith(".")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert "style=" not in one.figure
    assert "<style" not in one.figure
    assert "<style>" in one.printed
    assert len(one.rows) >= 2 or number in (0, 5)
    assert all(len(row) == len(one.head) for row in one.rows)


def test_a_picture_in_a_template_is_the_whole_figure_and_is_not_escaped_twice() -> None:
    one = drawn()[2]
    shown = engines["django"].from_string("{{ one }}|{{ one.svg }}").render({"one": one})
    assert shown == f"{one.figure}|{one.svg}"
    assert "Claims &amp; letters" in shown
    assert "&amp;amp;" not in shown


def test_figures_are_said_with_their_unit() -> None:
    said = pictures.said
    assert [said(1204), said(4.125, "%"), said(Decimal("1204.5"), "EUR"), said(-3, "h"), said(None, "EUR")] == [
        "1,204",
        "4.12\u00a0%",
        "EUR\u00a01,204.50",
        "\u22123\u00a0h",
        "–",
    ]
    assert [pictures.short(value, "EUR") for value in (900, 12_000, 1_500_000)] == [
        "EUR\u00a0900",
        "EUR\u00a012\u00a0k",
        "EUR\u00a01.5\u00a0M",
    ]


def test_an_axis_of_counts_has_whole_steps_and_holds_all_values() -> None:
    assert scale([1, 2], 0, 100).steps == (0, 1, 2)
    assert scale([0, 9], 0, 100).steps == (0, 5, 10)
    assert scale([0.2, 0.9], 0, 100).steps == (0, 0.25, 0.5, 0.75, 1)
    assert scale([], 0, 100).steps == (0, 1)
    assert scale([-50, 100], 0, 100).steps == (-50, 0, 50, 100)
    axis = scale([0, 8], 0, 100)
    assert [axis.y(0), axis.y(axis.high), axis.y(99)] == [100, 0, 0]


def test_what_is_far_below_is_drawn_at_the_foot_and_told_as_it_is() -> None:
    one = pictures.line([Series("left", [("1", 100), ("2", -395)])], title="Budget", unit="%", least=-50)
    assert "\u2212400" not in one.svg
    assert one.rows[1] == ("2", "\u2212395\u00a0%")


def test_a_gap_in_what_is_known_is_a_gap_in_the_curve() -> None:
    whole = pictures.line([Series("a", [("1", 1), ("2", 2), ("3", 3)])], title="Whole")
    gap = pictures.line([Series("a", [("1", 1), ("2", None), ("3", 3)])], title="Gap")
    lines = [len(re.findall('class="chart-line', str(each.svg))) for each in (whole, gap)]
    assert lines == [1, 2]
    assert ("2", "–") in gap.rows


def test_nothing_known_yet_is_said() -> None:
    empty = pictures.line([Series("a", [("1", None)])], title="Empty")
    assert empty.finding == "Nothing is known yet."
    assert pictures.bars([Series("a", [])], title="None").finding == "Nothing is known yet."


def test_what_cannot_be_told_apart_or_does_not_fit_is_refused() -> None:
    many = [Series(str(number), DAYS) for number in range(7)]
    for draw in (pictures.line, pictures.bars):
        with pytest.raises(ValueError, match="told apart"):
            draw(many, title="Too many")
        with pytest.raises(ValueError, match="different labels"):
            draw([Series("a", DAYS), Series("b", DAYS[:2])], title="Labels")
        with pytest.raises(ValueError, match="at least one"):
            draw([], title="None")
    with pytest.raises(ValueError, match="below nought"):
        pictures.bars([Series("a", [("1", -1)])], title="Below")
    with pytest.raises(ValueError, match="no tone"):
        pictures.bars([Series("a", DAYS, "pink")], title="Tone")
    with pytest.raises(ValueError, match="rows of"):
        pictures.grid(["a"], ["b", "c"], [[1]], title="Shape")


def test_a_flow_refuses_streams_that_lead_nowhere() -> None:
    columns = [Column("A", [Node("a", "A")]), Column("B", [Node("b", "B")]), Column("C", [Node("c", "C")])]
    with pytest.raises(ValueError, match="neighbouring"):
        pictures.flow(columns, [Link("a", "c", 1)], title="Far")
    with pytest.raises(ValueError, match="no kind"):
        pictures.flow(columns, [Link("a", "b", 1, "pink")], title="Kind")
    with pytest.raises(ValueError, match="same key"):
        pictures.flow([*columns, Column("D", [Node("a", "A")])], [], title="Twice")


def test_streams_of_a_box_stay_inside_it() -> None:
    one = drawn()[5]
    boxes = [
        (float(y), float(h))
        for y, h in re.findall(r'<rect class="chart-box[^>]* y="([\d.]+)" width="158" height="([\d.]+)"', one.svg)
    ]
    ends = [float(y) for y in re.findall(r"802\.0 ([\d.]+)\"/>", one.svg)]
    assert len(ends) == 2
    y, height = boxes[-1]
    assert all(y <= end <= y + height for end in ends)
    assert "chart-flow--stop" in one.svg
    assert {key.name for key in one.keys} == {"approved, not seen", "seen, not approved"}


def test_plain_data_draws_what_the_functions_draw() -> None:
    points = [["1 Nov", 120], ["2 Nov", None], ["3 Nov", 260.5]]
    data = {
        "picture": "line",
        "series": [{"name": "Spent", "points": points}],
        "title": "Spend",
        "unit": "EUR",
        "target": [{"name": "hard limit", "value": 900}],
        "band": {"name": "forecast", "low": [None, 1, 2], "high": [None, 3, 4]},
    }
    by_hand = pictures.line(
        [Series("Spent", [("1 Nov", 120), ("2 Nov", None), ("3 Nov", 260.5)])],
        title="Spend",
        unit="EUR",
        target=[Mark("hard limit", 900)],
        band=Band("forecast", [None, 1, 2], [None, 3, 4]),
    )
    assert pictures.drawn(json.loads(json.dumps(data))) == by_hand
    with pytest.raises(LookupError, match="pie"):
        pictures.drawn({"picture": "pie"})
    with pytest.raises(TypeError):
        pictures.drawn({**data, "colour": "pink"})
