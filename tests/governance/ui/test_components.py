"""Components declare their parameters, draw state in shape and words, and escape what they are given."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from governance.core.verdict import deny
from governance.ui import atoms, components, icons
from tests.governance.ui.gallery import Somebody, ThingForm

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


def draw(source: str, **values: Any) -> str:
    """Render a template."""
    return Template(source).render(Context(values))


def test_the_gallery_draws_every_component(browser_of: Client) -> None:
    text = strip_tags(browser_of.get("/gallery/").content.decode())
    for words in (
        "16 of 18",
        "In force, r7",
        "No owner",
        "Karl Nyberg, left",
        "2,133",
        "98.7\u00a0%",
        "not said",
        "26 of 42",
        "Who can" * 0,
    ):
        assert words in text


@pytest.mark.parametrize(
    "source",
    [
        '{% state "ok" %}',
        '{% state "ok" "Met" colour="red" %}',
        "{% blank title='x' %}",
        "{% progress 1 %}",
        '{% button "Go" size="big" %}',
        "{% field %}",
        '{% sheet tittle="x" %}{% endsheet %}',
        "{% menu %}{% endmenu %}",
        "{% check 'ok' 'x' %}",
        "{% timeline %}",
    ],
)
def test_an_unknown_or_missing_parameter_fails_when_the_template_is_read(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(source)


@pytest.mark.parametrize(
    "source",
    [
        '{% state "fine" "Met" %}',
        '{% state "ok" nothing %}',
        "{% tier 5 %}",
        '{% icon "unicorn" %}',
        "{% person nothing %}",
        '{% button "Go" kind="shiny" %}',
        "{% field nothing %}",
        '{% blank title=nothing text="x" %}',
        '{% check "green" "x" "y" %}',
        '{% time moment "soonish" %}',
        '{% message "bad" %}{% endmessage %}',
        "{% button nothing %}",
        "{% form_fields form only='nonsense' %}",
    ],
)
def test_an_impossible_value_fails_when_it_is_drawn(source: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        draw(source, moment=NOW, form=ThingForm())


@pytest.mark.parametrize("kind", atoms.MARKS)
def test_a_state_has_a_shape_and_words(kind: str) -> None:
    drawn = atoms.state(kind, "Words")
    assert "<svg" in drawn and "Words" in drawn and f"state--{atoms.TONES[kind]}" in drawn
    assert len({str(mark) for mark in atoms.MARKS.values()}) == len(atoms.MARKS)


def test_whatever_is_given_is_escaped() -> None:
    evil = "<script>1</script>"
    drawn = [
        atoms.state("ok", evil),
        atoms.chip(evil),
        atoms.person(Somebody(evil)),
        atoms.person(None, evil),
        atoms.tier(1, evil, True),
        atoms.hash_code(evil),
        atoms.link(evil, evil, evil),
        atoms.time(None, missing=evil),
        icons.icon("edit", evil),
        atoms.chips([evil]),
        components.check("ok", evil, evil, evil),
        components.blank(evil, evil),
        components.button(evil, evil),
        components.parts([(evil, evil, evil)]),
        components.progress(1, 2, evil),
        components.proof(evil),
        draw(
            "{% message %}{{ evil }}{% endmessage %}{% sheet title=evil foot=evil %}{{ evil }}{% endsheet %}{{ evil|prose }}",
            evil=evil,
        ),
    ]
    assert not any("<script>" in part for part in drawn)


def test_a_link_cannot_leave_its_attribute() -> None:
    assert 'href="/x&quot; onclick=&quot;y"' in atoms.link('/x" onclick="y', "x")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (NOW, "now"),
        (NOW + timedelta(minutes=6), "in 6 min"),
        (NOW - timedelta(minutes=9), "9 min ago"),
        (NOW - timedelta(hours=7, minutes=24), "today, 14:06"),
        (NOW + timedelta(hours=1, minutes=30), "tonight, 23:00"),
        (NOW + timedelta(days=1), "tomorrow, 21:30"),
        (NOW - timedelta(days=1, hours=5), "yesterday, 16:30"),
        (datetime(2026, 10, 8, 15, 20, tzinfo=UTC), "8 Oct, 15:20"),
        (datetime(2025, 10, 8, 15, 20, tzinfo=UTC), "8 Oct 2025, 15:20"),
    ],
)
def test_moments_are_said_as_people_say_them(value: datetime, said: str) -> None:
    assert atoms.when(value, NOW) == said


def test_a_moment_is_exact_on_hover_in_the_zone_of_the_person(freeze: Any) -> None:
    freeze(NOW)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        drawn = atoms.time(datetime(2026, 10, 8, 20, 0, 4, tzinfo=UTC))
    assert 'title="9 October 2026, 05:00:04 JST"' in drawn and ">9 Oct, 05:00<" in drawn


def test_days_show_the_year_only_when_it_is_another(freeze: Any) -> None:
    freeze(NOW)
    assert ">12 October<" in atoms.time(date(2026, 10, 12))
    assert ">12 Oct 2025<" in atoms.time(date(2025, 10, 12), "date")


@pytest.mark.parametrize(("value", "said"), [(2133, "2,133"), (None, "–"), (0, "0"), (1234567.5, "1,234,567.5")])
def test_counts_are_thin(value: Any, said: str) -> None:
    assert atoms.number(value) == said
    assert atoms.number(98.7, "%", 1) == "98.7\u00a0%"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Noor Haddad", "NH"), ("Priya", "P"), ("Jean-Luc Picard", "JP"), ("", "–"), ("(x) ", "–"), ("ß é", "SSÉ")],
)
def test_initials(name: str, letters: str) -> None:
    assert atoms.initials(name) == letters


def test_a_person_who_left_counts_as_missing_and_one_is_marked_as_oneself() -> None:
    assert "state--stop" in atoms.person(Somebody("Karl", 3, False))
    assert "avatar--me" in atoms.person(Somebody("Noor", 7), me=Somebody("Noor", 7))


def test_a_refused_button_explains_itself_and_leads_nowhere() -> None:
    drawn = components.button("Approve", "/x/", verdict=deny("R7: who asks never approves.", "Ask another."))
    assert "disabled" in drawn and "R7: who asks never approves. Ask another." in drawn and "/x/" not in drawn


def test_a_post_button_is_a_form_with_its_token(browser_of: Client) -> None:
    body = browser_of.get("/gallery/").content.decode()
    assert '<form method="post" action="/x" class="inline"><input type="hidden" name="csrfmiddlewaretoken" value="' in body


def test_a_field_ties_label_help_and_errors_to_its_control() -> None:
    form = ThingForm({"label": "", "reach": "x"})
    drawn = components.field(form["label"])
    assert (
        'for="id_label"' in drawn
        and 'aria-describedby="id_label-help id_label-error"' in drawn
        and 'aria-invalid="true"' in drawn
    )
    reach = components.field(form["reach"])
    assert "<fieldset" in reach and "<legend>Reach" in reach and 'aria-describedby="id_reach-error"' in reach
    assert "optional" in reach and "optional" not in drawn


def test_a_hidden_field_keeps_its_errors() -> None:
    class Hidden(forms.Form):
        secret = forms.IntegerField(widget=forms.HiddenInput)

    assert "This field is required." in components.field(Hidden({})["secret"])


def test_exactly_one_rung_of_the_ladder_is_current() -> None:
    with pytest.raises(components.ComponentError):
        components.ladder([("Normal", False), ("Off", False)])


def test_load_plumb_is_allowed_though_not_needed() -> None:
    assert "state--ok" in draw('{% load plumb %}{% state "ok" "Met" %}')


def test_every_icon_is_drawn_on_the_same_grid() -> None:
    assert all('viewBox="0 0 16 16"' in icons.icon(name) and 'stroke-width="1.4"' in icons.icon(name) for name in icons.PATHS)
