"""Vendors and people come in as easily, each by its own actions."""

import pytest

from governance.core import jobs
from governance.people.models import User
from registry.catalog.models import CatalogState, Vendor
from registry.imports import actions
from registry.surfaces.models import Surface

pytestmark = pytest.mark.django_db

VENDORS = (
    b"Supplier,Homepage,Contract owner,Renewal date,Status,Seats\n"
    b"Northwind Models,https://northwind.example,rosa@example.org,2027-03-31,Approved,40\n"
    b"Contoso AI,www.contoso.example,,TBD,Pending,\n"
    b",https://nobody.example,,,,\n"
)
PEOPLE = (
    b"E-mail,First name,Last name,Department,Job title,Role,Salary\n"
    b"kim@example.org,Kim,Park,Claims,Adjuster,Member,100\n"
    b"NOOR@example.org,Noor,Haddad,Claims,Lead of claims,Administrator,1\n"
    b"not an address,X,Y,Claims,,,\n"
)


def test_vendors_come_in_as_proposed_whatever_the_file_says(world, take_in):
    batch = take_in(VENDORS, world.rosa, target="vendors")
    assert (batch.counts["new"], batch.counts["refused"]) == (2, 1)
    northwind, contoso = Vendor.objects.get(name="Northwind Models"), Vendor.objects.get(name="Contoso AI")
    assert (northwind.state, northwind.owner, str(northwind.review_on)) == (CatalogState.PROPOSED, world.rosa, "2027-03-31")
    assert northwind.notes == "Seats: 40\nState: Approved" or "Seats: 40" in northwind.notes
    assert contoso.website == "https://www.contoso.example"
    assert any("come in as proposed" in note for note in batch.notes)


def test_the_same_vendors_again_change_nothing_and_undo_removes_them(world, take_in, bring):
    batch = take_in(VENDORS, world.rosa, target="vendors")
    again = bring(VENDORS, world.rosa, target="vendors")
    assert again.counts.get("same") == 2
    actions.ask_undo(batch, actor=world.rosa)
    jobs.run_pending()
    assert not Vendor.objects.filter(name__in=["Northwind Models", "Contoso AI"]).exists()


def test_a_vendor_stands_in_a_file_once(world, bring):
    batch = bring(b"Name\nNorthwind\nnorthwind\n", world.rosa, target="vendors")
    assert list(batch.rows.values_list("outcome", flat=True)) == ["new", "refused"]


def test_people_come_in_without_a_password_and_only_with_what_is_needed(world, take_in):
    people_before = User.objects.count()
    batch = take_in(PEOPLE, world.ada, target="people")
    kim = User.objects.get(email="kim@example.org")
    assert (kim.name, kim.team, kim.title, kim.role) == ("Kim Park", world.team("claims"), "Adjuster", "member")
    assert not kim.has_usable_password()
    assert User.objects.count() == people_before + 1
    assert batch.counts["refused"] == 1
    noor = User.objects.get(email="noor@example.org")
    assert (noor.title, noor.role) == ("Lead of claims", "member")  # no file makes an administrator of anybody
    assert any("only what is needed of a person is held" in note for note in batch.notes)


def test_undoing_an_import_of_people_deactivates_them(world, take_in):
    batch = take_in(PEOPLE, world.ada, target="people")
    actions.ask_undo(batch, actor=world.ada)
    jobs.run_pending()
    assert not User.objects.get(email="kim@example.org").is_active
    assert User.objects.get(email="noor@example.org").title == world.noor.title


def test_hostile_texts_are_stored_as_texts(world, take_in):
    data = (
        "Name,Purpose,Notes\n"
        '<script>alert(1)</script>,"=HYPERLINK(""http://x"")",\u202eevil\n'
        "مرحبا \u200fبالعالم,{{ 7 * 7 }},'; DROP TABLE x; --\n"
        "N\x00UL,a\x07b,\n"
    ).encode()
    batch = take_in(data, world.rosa)
    assert batch.counts["new"] == 3
    assert list(Surface.objects.order_by("pk").values_list("name", flat=True)) == [
        "<script>alert(1)</script>",
        "مرحبا \u200fبالعالم",
        "NUL",
    ]
    assert Surface.objects.order_by("pk")[0].purpose == '=HYPERLINK("http://x")'
    assert "NUL character removed" in str(batch.rows.get(number=4).problems)
