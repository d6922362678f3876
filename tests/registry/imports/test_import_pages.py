"""The whole path through the browser: upload, columns, preview, in, refused rows, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.core import jobs
from governance.core.tabular.opening import open_source
from registry.imports.models import ImportBatch
from registry.surfaces.models import Surface
from tests.registry.imports.conftest import INVENTORY

pytestmark = pytest.mark.django_db
BAD = INVENTORY + b"A-4,,Claims,Planned,no name,,,\n"


def send(client, data=INVENTORY, name="inventory.csv", target="surfaces"):
    return client.post(reverse("import-upload"), {"target": target, "file": SimpleUploadedFile(name, data)})


def columns_form(batch, **more):
    """The form of the columns page as a browser would send it back unchanged."""
    chosen = {name: key for key, each in batch.mapping["fields"].items() for name in each["columns"]}
    form = {f"c-{column['index']}": chosen.get(column["name"], "") for column in batch.source["columns"]}
    return form | {"version": batch.version, "create_missing": "on"} | more


def test_a_file_goes_all_the_way_in_by_plain_form_posts(world, client_as, store):
    client = client_as(world.rosa)
    assert b"Drop a file here" in client.get(reverse("import-upload")).content
    response = send(client, BAD)
    batch = ImportBatch.objects.get()
    assert response["Location"] == reverse("import", args=[batch.key])
    page = client.get(response["Location"], follow=True)
    assert page.redirect_chain[-1][0] == reverse("import-columns", args=[batch.key])
    assert "the header is “use case name”" in page.content.decode()
    assert "What the words for state mean" in page.content.decode()
    response = client.post(reverse("import-columns", args=[batch.key]), columns_form(batch))
    assert response["Location"] == reverse("import", args=[batch.key])
    assert b"Being checked" in client.get(response["Location"]).content
    jobs.run_pending()
    preview = client.get(response["Location"])
    assert "Import 3 rows" in preview.content.decode()
    refused = client.get(response["Location"], {"show": "refused"}).content.decode()
    assert "Name is empty." in refused
    assert "Fill in Name." in refused
    batch.refresh_from_db()
    client.post(reverse("import-commit", args=[batch.key]), {"how": "good", "version": batch.version})
    jobs.run_pending()
    assert Surface.objects.count() == 3
    done = client.get(reverse("import", args=[batch.key])).content.decode()
    assert "Open the surfaces" in done
    assert reverse("surface", args=[Surface.objects.first().key]) in done
    file = client.get(reverse("import-refused", args=[batch.key, "csv"]))
    source = open_source(b"".join(file.streaming_content))
    assert source.headers[-3:] == ["Row", "Problem", "What to do"]
    assert 'filename="inventory-refused.csv"' in file["Content-Disposition"]
    batch.refresh_from_db()
    client.post(reverse("import-undo", args=[batch.key]), {"version": batch.version})
    jobs.run_pending()
    assert not Surface.objects.exists()
    assert "removed again" in client.get(reverse("import", args=[batch.key])).content.decode()


def test_what_is_no_table_is_said_on_the_form(world, client_as, store):
    response = send(client_as(world.rosa), b"%PDF-1.7", "charter.pdf")
    assert response.status_code == 422
    assert "This is a PDF, not a table." in response.content.decode()
    assert "save it as XLSX or CSV" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_needed_field_without_a_column_is_said_and_the_choice_is_kept(world, client_as, store):
    client = client_as(world.rosa)
    send(client)
    batch = ImportBatch.objects.get()
    form = columns_form(batch)
    name = next(key for key, value in form.items() if value == "name")
    response = client.post(reverse("import-columns", args=[batch.key]), form | {name: "-"})
    assert response.status_code == 422
    text = response.content.decode()
    assert "Name needs a column" in text
    assert '<option value="-" selected>' in text


def test_words_can_be_given_another_meaning(world, client_as, store):
    client = client_as(world.rosa)
    send(client)
    batch = ImportBatch.objects.get()
    words = next(column["values"] for column in batch.source["columns"] if column["name"].startswith("Stage"))
    index = [word for word, _ in words].index("Retired")
    client.post(reverse("import-columns", args=[batch.key]), columns_form(batch, **{f"w-state-{index}": "idea"}))
    batch.refresh_from_db()
    assert batch.mapping["fields"]["state"]["values"] == {"Retired": "idea"}


def test_a_file_can_be_read_in_another_way(world, client_as, store):
    client = client_as(world.rosa)
    send(client, "Name;Note\nCaf\xe9;x\n".encode("cp1252"))
    batch = ImportBatch.objects.get()
    url = reverse("import-reading", args=[batch.key])
    client.post(url, {"encoding": "mac_roman", "delimiter": ";", "header_row": "1", "version": batch.version})
    batch.refresh_from_db()
    assert batch.options["encoding"] == "mac_roman"
    refused = client.post(url, {"encoding": "utf-8", "delimiter": ";", "version": batch.version})
    assert refused.status_code == 422
    assert "byte 14 does not fit" in refused.content.decode()


def test_who_sees_and_who_may(world, client_as, store):
    send(client_as(world.noor))
    batch = ImportBatch.objects.get()
    page = reverse("import", args=[batch.key])
    assert client_as(world.ben).get(page).status_code == 404
    assert client_as(world.aud).get(page).status_code == 200
    assert client_as(world.gus).get(reverse("import-upload")).status_code == 403
    assert client_as(world.aud).post(reverse("import-discard", args=[batch.key]), {}).status_code == 403
    assert client_as(world.ben).get(reverse("import-refused", args=[batch.key, "csv"])).status_code == 404
    assert "inventory.csv" not in client_as(world.ben).get(reverse("imports")).content.decode()
    assert "inventory.csv" in client_as(world.aud).get(reverse("imports")).content.decode()


def test_a_form_from_an_older_tab_is_refused_and_shows_how_it_stands(world, client_as, store):
    client = client_as(world.rosa)
    send(client)
    batch = ImportBatch.objects.get()
    form = columns_form(batch)
    client.post(reverse("import-columns", args=[batch.key]), form | {"save": "1"})
    assert client.post(reverse("import-columns", args=[batch.key]), form).status_code == 409


def test_the_progress_asks_again_until_the_work_is_done(world, client_as, bring):
    from registry.imports import actions

    batch = bring(INVENTORY, world.rosa)
    actions.ask_commit(batch, actor=world.rosa)
    client = client_as(world.rosa)
    url = reverse("import-progress", args=[batch.key])
    assert b'hx-trigger="every 700ms"' in client.get(url, headers={"HX-Request": "true"}).content
    jobs.run_pending()
    assert client.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == reverse("import", args=[batch.key])


def test_pages_need_few_queries_however_many_rows(world, client_as, bring, django_assert_max_num_queries):
    client = client_as(world.rosa)
    few = bring(INVENTORY, world.rosa)
    rows = b"".join(b"B-%d,Surface %d,Claims,Planned,x,,,\n" % (n, n) for n in range(60))
    many = bring(INVENTORY + rows, world.rosa)
    client.get(reverse("import", args=[few.key]))
    for batch in (few, many):
        with django_assert_max_num_queries(15):
            assert client.get(reverse("import", args=[batch.key])).status_code == 200
        with django_assert_max_num_queries(15):
            client.get(reverse("imports"))
    assert b"51 to 63 of 63" in client.get(reverse("import", args=[many.key]), {"page": 2}).content


def test_no_text_of_a_file_becomes_markup(world, client_as, bring):
    batch = bring(b'Name,<b>Evil</b>\n<script>alert(1)</script>,"<img src=x onerror=alert(1)>"\n', world.rosa)
    text = client_as(world.rosa).get(reverse("import", args=[batch.key])).content.decode()
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text
    assert "<b>Evil" not in client_as(world.rosa).get(reverse("import-columns", args=[batch.key])).content.decode()


def test_saving_a_mapping_and_taking_it_over(world, client_as, store):
    client = client_as(world.rosa)
    send(client)
    first = ImportBatch.objects.get()
    response = client.post(reverse("import-columns", args=[first.key]), columns_form(first, save="1"))
    client.post(response["Location"], {"name": "Yearly", "version": ""})
    send(client, INVENTORY.replace(b"Notes", b"Remarks"))
    second = ImportBatch.objects.first()
    profile = first.__class__.objects.get(pk=first.pk).profile
    page = client.post(reverse("import-profile-take", args=[second.key]), {"profile": profile.pk}, follow=True)
    assert "Yearly is taken over." in page.content.decode()
    removed = client.post(reverse("import-profile-remove", args=[profile.pk]), {}, follow=True)
    assert "Yearly is removed" in removed.content.decode()
