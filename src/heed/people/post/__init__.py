"""Letters to workers: what waits to be told, sending it, and addresses that fail (docs/adr/telling-people.md)."""
