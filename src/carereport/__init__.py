"""carereport: from children's social care extracts to the committee's quarterly report."""

__version__ = "0.1.0"
