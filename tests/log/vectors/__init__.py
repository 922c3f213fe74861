"""Test vectors written from `record_format.md` alone; `make.py` writes them, `test_vectors.py` runs them."""
