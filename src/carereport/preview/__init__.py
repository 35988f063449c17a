"""The report on a page of one's own machine that follows every save; nothing is written or published here."""
