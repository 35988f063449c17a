"""The report's forms: pages, figures.csv, findings.json and the manifest, from disclosed figures only."""
