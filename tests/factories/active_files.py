"""Files that carry a script and the name of something harmless (R11, R13)."""

from __future__ import annotations

from tests.factories import files

SCRIPT = "<script>alert(1)</script>"
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>{SCRIPT}</svg>".encode()
PAGE = f"<!doctype html><body onload='alert(1)'>{SCRIPT}".encode()


def a_pdf_that_acts() -> bytes:
    """A PDF that runs JavaScript as soon as a viewer opens it."""
    return files.pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        ]
    )


# the name that it is sent under, and whether it can be read as what its bytes say
ACTIVE: dict[str, tuple[str, bytes, bool]] = {
    "a page named PDF": ("a.pdf", PAGE, False),
    "a drawing named PNG": ("a.png", SVG, False),
    "a page as text": ("a.txt", PAGE, True),
    "a drawing as Markdown": ("a.md", SVG, True),
    "a script that is a GIF": ("a.gif", b"GIF89a/*" + bytes(9) + b"*/=1;alert(1)//", False),
    "a picture with a page behind it": ("b.png", files.a_picture() + PAGE, True),
    "a page before a PDF": ("b.pdf", PAGE + files.a_pdf("Words"), True),
    "a zip behind a PDF": ("c.pdf", files.a_pdf("Words") + files.a_demo(PAGE.decode()), True),
    "a PDF that acts": ("d.pdf", a_pdf_that_acts(), True),
}
