"""The file of a disclosure: JSON for machines, a page to read and print."""

import json
from dataclasses import asdict

from django.template.loader import render_to_string

from heed.lib.errors import HeedError

from .selectors import Held


def written(held: Held, ending: str) -> bytes:
    """Return the disclosure as a file of this ending (`.json` or `.html`)."""
    if ending == ".json":
        return json.dumps(asdict(held), ensure_ascii=False, indent=2).encode()
    if ending == ".html":
        return render_to_string("disclosure/document.html", {"held": held}).encode()
    raise HeedError("A disclosure is written as .html or .json.")
