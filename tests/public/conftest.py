from cases.conftest import vendor  # noqa: F401
