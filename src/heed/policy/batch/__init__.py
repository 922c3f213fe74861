"""The batch evaluator: columns in, columns out, the walk over each key compiled by numba."""
