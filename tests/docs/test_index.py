"""Every page under docs/ stands in the index, so that nobody has to guess that it exists."""

from .pages import ROOT


def test_every_page_is_in_the_index() -> None:
    folder = ROOT / "docs"
    index = (folder / "README.md").read_text(encoding="utf-8")
    decisions = set((folder / "adr").glob("*.md"))  # the integrator adds these
    for page in set(folder.rglob("*.md")) - decisions - {folder / "README.md"}:
        assert f"({page.relative_to(folder)})" in index, page
