"""Verify a receipt, or a whole record, from the format page alone: `python -m heed.log.standalone`.

Written from `record_format.md` by someone who had not seen the rest of Heed, so that the two check each other. It
imports the standard library and, for Ed25519, `cryptography`, and nothing of Heed: copy this folder to any machine and
run `python -m standalone` beside it. 'Rule 7' in its sentences is byte-level rule 7 of that page.
"""
