"""The PDF machinery: reportlab loaded free of its settings, the fonts, and what goes into a file beside its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import Any

from compound.data import font

REGULAR, BOLD = "CompoundSans", "CompoundSans-Bold"
_FILES = {REGULAR: "compound-sans.ttf", BOLD: "compound-sans-bold.ttf"}


@contextmanager
def _without_settings() -> Iterator[None]:
    """Hides the settings that reportlab would execute or read: a file in the home folder, modules, the environment."""
    import os
    import sys
    from types import ModuleType

    modules = [name for name in ("reportlab_settings", "reportlab.local_rl_settings") if name not in sys.modules]
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("RL_")}
    sys.modules.update({name: ModuleType(name) for name in modules})
    try:
        yield
    finally:
        os.environ.update(hidden)
        for name in modules:
            del sys.modules[name]


@cache
def faces() -> dict[str, Any]:
    """The fonts of the sheet, registered, by name: regular and bold."""
    with _without_settings():
        from reportlab import rl_config
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
    # Whoever loaded reportlab before may have other settings; these decide the bytes.
    rl_config.useA85 = rl_config.pdfComments = rl_config.pdfMultiLine = 0
    found = {}
    for name, file in _FILES.items():
        face = TTFont(name, BytesIO(font(file)), asciiReadable=0)
        pdfmetrics.registerFont(face)
        found[name] = face
    return found


@cache
def widths(name: str) -> Mapping[int, float]:
    """The width of each character of a font, in thousandths of its size. What is not in it cannot be printed."""
    face = faces()[name].face
    return {code: face.getCharWidth(code) for code in face.charToGlyph}


def canvas(size: tuple[float, float], language: str) -> tuple[Any, BytesIO]:
    """An empty document, with everything set that would otherwise come from settings."""
    faces()
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    made = Canvas(
        buffer, pagesize=size, pageCompression=1, invariant=1, verbosity=0, pdfVersion=(1, 7), lang=language,
        initialFontName=REGULAR, initialFontSize=8, initialLeading=10,
    )  # fmt: skip
    return made, buffer


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
