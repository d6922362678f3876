"""What the pages of a pack are made of. How pages are set and bound is tried with volumes."""

from pathlib import Path
from typing import Any

from governance.documents.density import unbounded
from governance.documents.rendering import html
from governance.documents.volumes import Bound, Volume
from governance.packs import printing
from governance.packs.collecting.work import sums
from tests.governance.packs.conftest import ask, build

BIND = printing.bind_pack


def test_cover_guide_and_proofs_say_what_is_in_the_pack(world: Any, surface: Any, no_press: None, monkeypatch: Any) -> None:
    seen: list[Volume] = []
    pages: list[str] = []

    def bind(volume: Volume, *, folder: Path, progress: Any) -> Bound:
        seen.append(volume)
        assert all(each.path.is_file() for each in volume.attachments)
        doc = {"title": volume.title, "language": "en", "head": volume.head, "classification": "", "foot": ""}
        for chapter in volume.chapters:
            for number, context in enumerate(chapter.contexts):
                about = {"key": chapter.key, "title": chapter.title, "level": chapter.level, "first": not number}
                pages.append(html(chapter.template, {**context, "doc": doc, "chapter": about}, unbounded()))
        path = folder / "volume.pdf"
        folder.mkdir(exist_ok=True)
        path.write_bytes(b"%PDF-1.7")
        sha256, size = sums(path)
        return Bound(path, 3, size, sha256, 1, 0)

    monkeypatch.setattr(printing, "bind_pack", BIND)
    monkeypatch.setattr(printing, "bind", bind)
    pack = build(ask(world.noor, surface))
    [volume] = seen
    assert volume.heading == pack.title and pack.title not in volume.lines
    assert volume.made == pack.as_of and f"{pack.size:,}" in volume.foot and pack.root[:16] in volume.foot
    names = {each.name for each in volume.attachments}
    assert {"surfaces.json", "checkpoint.txt", "scope.json"} <= names
    assert volume.guide is not None and "python3 verify.py" in volume.guide.steps[1].command
    last = pages[-1]
    assert f'<td class="num">{pack.contents["about"]}</td>' in last and "records/surfaces.json" in last
    assert any(surface.name in page for page in pages[:-1])
