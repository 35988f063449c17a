"""The report's pages: each module turns findings into the frozen values one page's template prints."""
