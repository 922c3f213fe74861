"""The project's own promises: locked lists, no registry named, every pinned version within its range."""

import re
import tomllib

from packaging.requirements import Requirement

from conftest import ROOT


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text()
    return dict(re.findall(r"^([a-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text, re.M | re.I))


def test_every_requirement_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for list_name, names in {"run.txt": ("core", "analysis"), "dev.txt": ("core", "analysis", "dev")}.items():
        pinned = {re.sub(r"[-_.]+", "-", k).lower(): v for k, v in pins(list_name).items()}
        for text in [t for name in names for t in extras[name]]:
            wanted = Requirement(text)
            key = re.sub(r"[-_.]+", "-", wanted.name).lower()
            assert key in pinned, f"{list_name} does not pin {wanted.name}: run requirements/compile"
            assert wanted.specifier.contains(pinned[key]), f"{list_name} pins {key} {pinned[key]}, outside {text}"


def test_the_two_lists_agree() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    assert {k: dev.get(k) for k in run} == run


def test_no_list_names_a_registry() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text, path
        assert "--hash=sha256:" in text, path
