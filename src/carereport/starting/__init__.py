"""A council's own project begins: its folders, drafted settings, a machine that is ready, a schedule."""
