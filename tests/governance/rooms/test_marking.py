"""A viewer's mark: on every page, whatever its size, the same each time, and no signature left that would not hold."""

import io

import pikepdf

from governance.rooms import marking
from tests.governance.rooms.conftest import pdf


def marked(data: bytes, across: str = "Jörg Müller · jm@halden.example") -> bytes:
    """Mark a PDF as rooms do."""
    with marking.mark(io.BytesIO(data), across=across, foot="Shown to Jörg Müller under BL-2") as file:
        return file.read()


def test_every_page_is_marked_in_its_own_size_and_alike_each_time() -> None:
    plain = pdf((595, 842), (842, 595), (595, 842))
    made = marked(plain)
    assert made == marked(plain) != plain
    with pikepdf.open(io.BytesIO(made)) as found:
        names = [str(page.Contents[-1].read_bytes()) for page in found.pages]
        assert ["PlumblineMark0" in each for each in names] == [True, False, True]
        assert all("/Artifact" in each and "/Watermark" in each for each in names)
        form = found.pages[1].Resources.XObject.PlumblineMark1
        assert [int(side) for side in form.BBox] == [0, 0, 842, 595]
        assert form.read_bytes().count(b" c\n") > 50


def test_letters_that_no_font_has_are_drawn_as_a_box() -> None:
    path, width = marking.outline("山")
    assert path.endswith("f")
    assert width > 0
    assert marking.outline("ab")[1] > marking.outline("a")[1]


def test_a_signature_is_taken_out_of_a_marked_file() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf((595, 842)))) as made:
        field = made.make_indirect(
            pikepdf.Dictionary(FT=pikepdf.Name.Sig, Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[0, 0, 0, 0])
        )
        link = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9]))
        made.pages[0].Annots = pikepdf.Array([field, link])
        made.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        made.save(out)
    with pikepdf.open(io.BytesIO(marked(out.getvalue()))) as found:
        assert "/AcroForm" not in found.Root
        assert [str(each.Subtype) for each in found.pages[0].Annots] == ["/Link"]
