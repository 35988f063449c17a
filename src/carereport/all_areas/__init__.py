"""Every council of the extracts: all are checked, or counted in one pass and reported on side by side."""
