"""Volumes: many pieces, one file that a stranger's tools accept; built again after any accident it is the same file."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from governance.core.errors import Conflict, Unavailable
from governance.documents import contents, pieces
from governance.documents.binding.writer import Writer
from governance.documents.rendering import Press
from governance.documents.volumes import Attached, Bound, Chapter, Guide, Step, Volume, bind
from tests.governance.documents import pdfcheck, samples

TABLE = "documents/volume/table.html"
ODD = "Answers (drafts) 3 0 R \\ <b>& “naïve” Ω"


def table(heading: str, rows: int) -> dict[str, Any]:
    source = samples.list_report(rows)
    return {"heading": heading, "lead": "As of today.", "columns": source["columns"], "table_rows": source["table_rows"]}


def chapters() -> Iterator[Chapter]:
    yield Chapter("register", "Register", TABLE, (table("Register", 30), table("Register", 4)))
    yield Chapter("s-1", ODD, TABLE, (table(ODD, 2),), level=2)
    yield Chapter("incidents", "Incidents", TABLE, ({"heading": "Incidents", "empty": "None in this period."},))
    yield Chapter("unlisted", "", TABLE, (table("Appendix", 1),))


def volume(folder: Path, **changes: Any) -> Volume:
    data = folder / "records.json"
    data.write_bytes(b'{"surfaces":[]}')
    step = Step("Take the data out", "They are embedded.", "pdfdetach -saveall pack.pdf")
    made = Volume(
        title="Audit pack PK-3: Claims",
        company="Northwind Health",
        heading="What each model may do, and what it did",
        head="Northwind Health · Audit pack PK-3",
        foot="pack 88e1b0… · checkpoint 48,211",
        classification="Confidential, for Harbour Assurance",
        made=samples.MADE,
        chapters=chapters(),
        lines=("1 July to 30 September 2026.",),
        figures=(("42", "surfaces in scope"),),
        colophon=("Made by Jun Watanabe.",),
        code="https://plumbline.northwind.example/check/k7mq-2xvw-9tnp",
        guide=Guide("You need this file.", (step,), "Do not rely on this pack."),
        attachments=(Attached("records.json", data, "All records", "application/json"),),
    )
    return replace(made, **changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bound, Path]:
    folder = tmp_path_factory.mktemp("volume")
    return bind(volume(folder), folder=folder, workers=1), folder


def test_a_volume_conforms_as_a_whole(made: tuple[Bound, Path]) -> None:
    assert pdfcheck.faults(made[0].path.read_bytes()) == []


def test_every_page_says_which_it_is_of_how_many(made: tuple[Bound, Path]) -> None:
    bound, _ = made
    pages = pdfcheck.reader(bound.path.read_bytes()).pages
    assert len(pages) == bound.pages
    for number, page in enumerate(pages, start=1):
        assert f"{number} of {bound.pages}" in page.extract_text()
    for page in pages[1:]:
        assert "Confidential, for Harbour Assurance" in page.extract_text()
        assert "Northwind Health · Audit pack PK-3" in page.extract_text()


def test_contents_links_and_bookmarks_lead_to_the_page_they_name(made: tuple[Bound, Path]) -> None:
    with pikepdf.open(made[0].path) as pdf:
        place = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        tree = pdf.Root.Names.Dests.Kids[0].Names
        dests = {str(name): place[to[0].objgen] for name, to in zip(tree[::2], tree[1::2], strict=True)}
        with pdf.open_outline() as outline:
            roots = [(item.title, place[item.destination[0].objgen]) for item in outline.root]  # type: ignore[index]
            below = [item.title for item in outline.root[2].children]
        links = [str(link.Dest) for link in pdf.pages[2].obj.Annots]
        said = " ".join(pdfcheck.reader(made[0].path.read_bytes()).pages[2].extract_text().split())
    assert roots == [("How to verify", 2), ("Contents", 3), ("Register", dests["register"]), ("Incidents", dests["incidents"])]
    assert below == [ODD]
    assert links == ["register", "s-1", "incidents"]
    for title, key in (("Register", "register"), ("Incidents", "incidents")):
        assert f"{title} {dests[key]}" in said
    assert dests["register"] == 4


def test_files_travel_inside(made: tuple[Bound, Path]) -> None:
    assert pdfcheck.attachments(made[0].path.read_bytes()) == {"records.json": b'{"surfaces":[]}'}
    with pikepdf.open(made[0].path) as pdf:
        assert str(pdf.Root.AF[0].AFRelationship) == "/Data"


def test_a_build_that_was_broken_off_goes_on_and_gives_the_same_bytes(made: tuple[Bound, Path], tmp_path: Path) -> None:
    first, folder = made
    shutil.copytree(folder / "pieces", tmp_path / "pieces")
    kept = sorted((tmp_path / "pieces").glob("*.pdf"))
    kept[0].with_suffix(".json").unlink()  # died before it was recorded
    kept[1].write_bytes(kept[1].read_bytes()[:-1])  # cut short by the disk
    told: list[tuple[int, int, str]] = []
    again = bind(volume(tmp_path), folder=tmp_path, progress=lambda *step: told.append(step), workers=2)
    assert again.sha256 == first.sha256
    assert again.path.read_bytes() == first.path.read_bytes()
    assert again.reused == len(kept) - 2
    assert told[-1][2] == "Binding the pages"


def test_two_chapters_cannot_have_one_key(made: tuple[Bound, Path]) -> None:
    twice = [Chapter("register", "Register", TABLE, (table("Register", 30),)) for _ in range(2)]
    with pytest.raises(Conflict, match="register"):
        bind(volume(made[1], chapters=twice), folder=made[1], workers=1)


def test_what_cannot_be_set_names_its_chapter_and_leaves_no_press_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    presses = []

    class Broken(Press):
        """A press that dies at its first order."""

        def run(self, order: Any) -> Any:
            presses.append(self.process)
            self.process.kill()
            return super().run(order)

    monkeypatch.setattr(pieces, "Press", Broken)
    with pytest.raises(Unavailable, match=r"^(Register|Answers).*printing was stopped"):
        bind(volume(tmp_path), folder=tmp_path, workers=2)
    assert presses
    assert all(process.poll() is not None for process in presses)
    assert not (tmp_path / "volume.pdf").exists()


def test_contents_take_their_own_pages_into_account() -> None:
    leaf = pieces.Leaf(Path("x"), 3, "a", "Register", 1, True, (pieces.Entry("a.0", "One surface", 2, 700.0),))
    assert contents.listed([leaf, replace(leaf, key="b", title="")], before=5) == [
        {"title": "Register", "level": 1, "page": 6, "target": "a"},
        {"title": "One surface", "level": 2, "page": 8, "target": "a.0"},
        {"title": "One surface", "level": 2, "page": 11, "target": "a.0"},
    ]


@pytest.mark.parametrize(("size", "said"), [(7, "7 bytes"), (7_000, "7.0 kB"), (12_345_678, "12.3 MB"), (10**13, "10,000.0 GB")])
def test_sizes_are_written_as_people_read_them(size: int, said: str) -> None:
    assert contents.spoken(size) == said


def test_a_promised_object_that_is_never_written_is_an_error(tmp_path: Path) -> None:
    with Writer(tmp_path / "x.pdf") as writer:
        writer.reserve()
        with pytest.raises(ValueError, match="object 1"):
            writer.finish(root=1, info=1, identifier=b"")
