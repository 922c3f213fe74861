"""Every example of the tutorial runs and gives what it prints; the docs name every method."""

import doctest

from mse_tables import HERE

from heed.count.answering import ESTIMATORS

DOCS = HERE.parent.parent / "docs"


def test_the_tutorial_gives_what_it_prints() -> None:
    text = (DOCS / "tutorial" / "count.md").read_text()
    code = "\n".join(block.split("```")[0] for block in text.split("```python\n")[1:])
    test = doctest.DocTestParser().get_doctest(code, {}, "count.md", "count.md", 0)
    assert len(test.examples) > 10
    found = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert found.failed == 0


def test_the_mathematics_names_every_method() -> None:
    text = (DOCS / "explanation" / "count-mathematics.md").read_text() + (DOCS / "tutorial" / "count.md").read_text()
    words = {"latent": "Latent", "doubly": "Doubly", "bma": "decomposable"}
    for name in ESTIMATORS:
        assert words.get(name, name) in text, name
