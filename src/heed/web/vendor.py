"""Fetch the design system and the font from npm into static/vendor; run by hand when a version changes.

1. npm installs the pinned packages in a temporary folder, running none of their scripts; 2. the ready-built files are
copied; 3. what is not ours to use (GDS Transport, its notice and faces, the crest) and what breaks hashed file names
(source maps) is taken out; 4. the names of the marks are asserted to be gone.
Run: `python -m heed.web.vendor`
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

TARGET = Path(__file__).parent / "static" / "vendor"
# Looked up on 24 Nov 2026; `webstack.md` section 1 has the first two as measured there.
PACKAGES = {
    "govuk-frontend": "6.6.0",
    "@ministryofjustice/frontend": "11.1.0",
    "@fontsource/atkinson-hyperlegible": "5.3.0",
}
_FONT = "Atkinson Hyperlegible"
_FACES = ("latin-400", "latin-700", "latin-ext-400", "latin-ext-700")
_FORBIDDEN = ("GDS Transport", "Calvert", "govuk-crest", "sourceMappingURL", "/assets/")


def main() -> None:
    """Write static/vendor anew."""
    with tempfile.TemporaryDirectory() as folder:
        modules = _install(Path(folder))
        _styles(modules)
        _scripts(modules)
        _fonts(modules)
    for path in sorted(TARGET.iterdir()):
        _check(path)
        print(f"{path.stat().st_size:>8}  {path.name}")


def _install(folder: Path) -> Path:
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": PACKAGES}))
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / "node_modules"


def _styles(modules: Path) -> None:
    govuk = modules / "govuk-frontend/dist/govuk/govuk-frontend.min.css"
    moj = modules / "@ministryofjustice/frontend/moj/moj-frontend.min.css"
    (TARGET / "govuk-frontend.css").write_text(clean_styles(govuk.read_text()))
    (TARGET / "moj-frontend.css").write_text(clean_styles(moj.read_text()))


def clean_styles(css: str) -> str:
    """Return a style sheet without faces, marks, pictures by absolute address and source maps, in our own font."""
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r'"?GDS Transport"?\s*,\s*arial', f'"{_FONT}",arial', css)
    return re.sub(r"url\(\s*[\"']?/assets/[^)]*\)", "none", css)


def _scripts(modules: Path) -> None:
    govuk = modules / "govuk-frontend/dist/govuk/govuk-frontend.min.js"
    moj = modules / "@ministryofjustice/frontend/moj/moj-frontend.min.js"
    (TARGET / "govuk-frontend.js").write_text(clean_script(govuk.read_text()))
    (TARGET / "moj-frontend.js").write_text(clean_script(moj.read_text()))


def clean_script(text: str) -> str:
    """Return a script without its source-map comment."""
    return re.sub(r"//# sourceMappingURL=\S*", "", text).rstrip() + "\n"


def _fonts(modules: Path) -> None:
    package = modules / "@fontsource/atkinson-hyperlegible"
    for face in _FACES:
        name = f"atkinson-hyperlegible-{face}-normal.woff2"
        (TARGET / name).write_bytes((package / "files" / name).read_bytes())
    (TARGET / "atkinson-hyperlegible.LICENSE.txt").write_text((package / "LICENSE").read_text())


def _check(path: Path) -> None:
    """Refuse a file that still names what is not ours."""
    if path.suffix not in {".css", ".js"}:
        return
    text = path.read_text()
    for name in _FORBIDDEN:
        if name in text:
            raise AssertionError(f"{path.name} still holds {name!r}.")


if __name__ == "__main__":
    main()
