"""Why numbers differ: between two builds, between a build and today, and between two folders of extracts."""
