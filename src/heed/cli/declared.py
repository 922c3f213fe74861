"""Every kind of entry that any slice declares, with or without Django: what a pack may name."""

from importlib import import_module
from pkgutil import walk_packages

from heed.entry.kinds import Registry, kinds

# The packages whose folders hold an `entries` module (design.md, section 2).
SLICED = ("heed.record", "heed.people", "heed.duties", "heed.cases", "heed.scrutiny")


def declared() -> Registry:
    """Import every slice's `entries`, those of slices not yet written too, and return the register of kinds."""
    for name in SLICED:
        package = import_module(name)
        for module in walk_packages(package.__path__, f"{name}."):
            if module.name.endswith(".entries"):
                import_module(module.name)
    return kinds
