"""What each finding of the indicators means, for `carereport explain`."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "IN101": ("A condition that cannot be read", "Conditions are a small part of SQL: = <> < <= > >= in between is null and or not + -, texts in single quotes, dates as '2025-04-01'. The caret shows where reading stopped."),
    "IN110": ("An unknown column", "A column is named that the table does not have."),
    "IN111": ("An unknown table", "A table is named that extracts.yaml does not have."),
    "IN120": ("No table", "Every indicator but a derived one says which table it counts: from."),
    "IN121": ("An unknown table", "from names a table that extracts.yaml does not have."),
    "IN122": ("when and open together", "An event has when; a spell that is counted while open has open: [start, end]."),
    "IN123": ("Not a date column", "when and open need columns of type date; when may be birthday(birth, 19, 20, 21)."),
    "IN124": ("Something is missing", "A percentage needs count, a rate per, a mean or median of, a supplied indicator when and its columns."),
    "IN125": ("Not a number column", "numerator, denominator and value of a supplied indicator are columns of type number."),
    "IN126": ("distinct cannot be used here", "distinct counts each child (or other column) once in a period; it goes with kind: count."),
    "IN127": ("A breakdown without column", "A breakdown is a column of the table, or age_band where the table has birth."),
    "IN128": ("An unreadable lookback", "Write 12 months, 28 days, 2 years or ever."),
    "IN129": ("An unknown population", "per names a group that population.csv does not have."),
    "IN130": ("An unknown indicator", "A derived indicator names one that does not exist."),
    "IN131": ("Not arithmetic", "A derived indicator adds, subtracts, multiplies and divides indicators and numbers."),
    "IN132": ("A circle", "A derived indicator may not be made of itself."),
    "IN133": ("Counted by another date", "The extract holds every row by one date, the indicator counts by another. Early periods would miss rows; a lookback says how long rows may take."),
    "IN301": ("Undecided rows", "The numerator's condition could not be decided, since a value is missing. The rows stay in the denominator."),
    "IN302": ("Rows without a value", "The number to average is missing; the rows were left out."),
    "IN311": ("No population", "A rate has no population estimate for its year or an earlier one."),
    "IN312": ("An earlier population", "The estimate of the year is not there yet; the latest earlier one is used."),
}  # fmt: skip
