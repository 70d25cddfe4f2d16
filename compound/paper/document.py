"""The document: an empty one, and what goes into it beside text and lines: fields, pictures, attached files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from compound.paper.fonts import REGULAR, faces
from compound.paper.logo import Picture


def canvas(size: tuple[float, float], language: str) -> tuple[Any, BytesIO]:
    """An empty document, with everything set that would otherwise come from settings."""
    faces()
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    with _no_date_from_outside():
        made = Canvas(
            buffer, pagesize=size, pageCompression=1, invariant=1, verbosity=0, pdfVersion=(1, 7), lang=language,
            initialFontName=REGULAR, initialFontSize=8, initialLeading=10,
        )  # fmt: skip
    return made, buffer


@contextmanager
def _no_date_from_outside() -> Iterator[None]:
    """Keeps SOURCE_DATE_EPOCH out of a document that is begun: the same order gives the same bytes everywhere."""
    from reportlab.pdfbase import pdfdoc

    usual = pdfdoc.TimeStamp

    class Fixed:
        """The moment that reportlab itself takes for a document that is to be the same every time: 1 January 2000."""

        tzname, dhh, dmm = "UTC", 0, 0
        t = 946_684_800.0
        YMDhms = (2000, 1, 1, 0, 0, 0)

        def __init__(self, invariant: object = None) -> None:
            return

    pdfdoc.TimeStamp = Fixed
    try:
        yield
    finally:
        pdfdoc.TimeStamp = usual


class Form:
    """The fields of a document, each without an appearance of its own: whoever shows the document draws them.

    reportlab's own fields carry two drawings each, and make the file three times as large.
    """

    def __init__(self, made: Any) -> None:
        self._made = made
        self._fields: list[Any] = []

    def field(self, name: str, hint: str, place: tuple[float, float, float, float], size: float) -> None:
        """Adds a field for text to the page being drawn: `place` is left, bottom, right, top; `size` that of its text."""
        from reportlab.pdfbase import pdfdoc

        entries = {
            "Type": pdfdoc.PDFName("Annot"), "Subtype": pdfdoc.PDFName("Widget"), "FT": pdfdoc.PDFName("Tx"), "F": 4,
            "T": pdfdoc.PDFString(name), "TU": pdfdoc.PDFString(hint), "MaxLen": 200,
            "Rect": pdfdoc.PDFArray([round(edge, 2) for edge in place]),
        }  # fmt: skip
        if size != _FIELD_TEXT:
            entries["DA"] = _appearance(size)
        self._made._addAnnotation(pdfdoc.PDFDictionary(entries), name)
        self._fields.append(self._made._doc.refAnnotation(name))

    def close(self) -> None:
        """Puts the fields into the document, where there are any."""
        from reportlab.pdfbase import pdfdoc

        if not self._fields:
            return
        document = self._made._doc
        font = {name: pdfdoc.PDFName(value) for name, value in _FIELD_FONT.items()}
        fonts = pdfdoc.PDFDictionary({"Helv": document.Reference(pdfdoc.PDFDictionary(font))})
        document.Catalog.AcroForm = pdfdoc.PDFDictionary(
            {
                "Fields": pdfdoc.PDFArray(self._fields),
                "DR": pdfdoc.PDFDictionary({"Font": fonts}),
                "DA": _appearance(_FIELD_TEXT),
                "NeedAppearances": "true",
            }
        )


_FIELD_TEXT = 9.0
_FIELD_FONT = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica", "Encoding": "WinAnsiEncoding"}


def _appearance(size: float) -> Any:
    from reportlab.pdfbase import pdfdoc

    return pdfdoc.PDFString(f"/Helv {size:g} Tf 0 g")


def embed_picture(made: Any, name: str, picture: Picture) -> None:
    """Takes a picture into a document, to be drawn on its pages by that name."""
    from reportlab.pdfbase import pdfdoc

    document = made._doc
    device = pdfdoc.PDFName("DeviceRGB" if picture.samples == 3 else "DeviceGray")

    def image(samples: int, bits: int, rows: bytes, filtered: bool, more: dict[str, Any]) -> Any:
        entries = {
            "Type": pdfdoc.PDFName("XObject"), "Subtype": pdfdoc.PDFName("Image"), "Width": picture.width,
            "Height": picture.height, "BitsPerComponent": bits, "Filter": pdfdoc.PDFName("FlateDecode"), **more,
        }  # fmt: skip
        if filtered:
            entries["DecodeParms"] = pdfdoc.PDFDictionary(
                {"Predictor": 15, "Colors": samples, "BitsPerComponent": bits, "Columns": picture.width}
            )
        return pdfdoc.PDFStream(pdfdoc.PDFDictionary(entries), rows, [])

    more: dict[str, Any] = {"ColorSpace": device}
    if picture.palette:
        # Bytes are written as they stand: here a string in hexadecimal digits.
        colours = f"<{picture.palette.hex()}>".encode("ascii")
        kind, base, last = pdfdoc.PDFName("Indexed"), pdfdoc.PDFName("DeviceRGB"), len(picture.palette) // 3 - 1
        more = {"ColorSpace": pdfdoc.PDFArray([kind, base, last, colours])}
    if picture.mask:
        grey = {"ColorSpace": pdfdoc.PDFName("DeviceGray")}
        more["SMask"] = document.Reference(image(1, 8, picture.mask, False, grey))
    document.Reference(image(picture.samples, picture.bits, picture.rows, True, more), document.getXObjectName(name))


def attach(made: Any, files: Mapping[str, tuple[bytes, str]]) -> None:
    """Attaches files (name to content and description) to a document, in its name tree and as associated files."""
    from reportlab.pdfbase import pdfdoc

    document = made._doc  # reportlab has no public way to attach a file
    names: list[Any] = []
    references = []
    for name in sorted(files):
        content, description = files[name]
        stream = pdfdoc.PDFStream(
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("EmbeddedFile"),
                    "Subtype": pdfdoc.PDFName("application#2Fjson"),
                    "Params": pdfdoc.PDFDictionary({"Size": len(content)}),
                }
            ),
            content,
            [pdfdoc.PDFZCompress],
        )
        specification = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Filespec"),
                "F": pdfdoc.PDFString(name),
                "UF": pdfdoc.PDFString(name),
                "Desc": pdfdoc.PDFString(description),
                "AFRelationship": pdfdoc.PDFName("Data"),
                "EF": pdfdoc.PDFDictionary({"F": document.Reference(stream)}),
            }
        )
        reference = document.Reference(specification)
        names += [pdfdoc.PDFString(name), reference]
        references.append(reference)
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "AF"]
    catalog.__Refs__ = catalog.__NoDefault__
    catalog.AF = pdfdoc.PDFArray(references)
    catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray(names)})})
