"""A report as a tagged PDF."""

from heed.lib.errors import HeedError

from .page import page_of
from .report import Report


def pdf_of(report: Report) -> bytes:
    """Return the page as PDF/UA-1: headings, tables and figures are tagged, charts carry their words."""
    try:
        import weasyprint
    except (ImportError, OSError) as missing:
        raise HeedError(f"PDF needs WeasyPrint and its libraries (pango): {missing}") from missing
    page = weasyprint.HTML(string=page_of(report), url_fetcher=nothing_fetched)
    content: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return content


def nothing_fetched(url: str, *_: object, **__: object) -> dict[str, object]:
    """Refuse every address: the page carries all it needs."""
    raise ValueError(f"the report must not fetch {url}")
