"""The Merkle log: tree, checkpoints, proofs, receipts, witnesses (pure)."""
