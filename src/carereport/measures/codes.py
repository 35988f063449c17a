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
    "IN134": ("A state cannot split events", "The column holds the state on the day of extraction; it can split what is open on that day, not events of the past."),
    "IN301": ("Undecided rows", "The numerator's condition could not be decided, since a value is missing. The rows stay in the denominator."),
    "IN302": ("Rows without a value", "The number to average is missing; the rows were left out."),
    "IN303": ("Days counted backwards", "days and working_days count forward; where the second date lies before the first there is no number. Check the order of the dates."),
    "IN304": ("No latest row", "A child has rows on one day that differ, so latest cannot tell which holds. Correct them in the case system."),
    "IN311": ("No population", "A rate has no population estimate for its year or an earlier one."),
    "IN312": ("An earlier population", "The estimate of the year is not there yet; the latest earlier one is used."),
    "IN313": ("A period without figure", "The extract does not reach back far enough for the period, or for what the figure looks back on. Nothing is guessed: the period is marked x."),
    "IN314": ("A state too late", "The column holds the state on the day of extraction, which lies too long after the quarter's end to stand for it."),
    "IN315": ("A window not declared", "Without covers, the first row tells where figures begin, and the first months may lack rows."),
    "IN316": ("A rate that is not split", "A rate by gender needs the population of each gender: a group of population.csv that is named as the category, such as female. Without it the rate is given in total only."),
}  # fmt: skip
