"""Plans: core groups, pathway plans, reviews asked for, emergency powers; kinds only so far."""
