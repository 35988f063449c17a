"""What each finding about judging means, for `carereport explain`."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "JD001": ("A target that no figure could reach", "The target lies outside what the indicator can be: below 0, or above 100%. Write it in the indicator's own unit."),
    "JD002": ("A target without polarity", "Where neither high nor low is better, nothing is rated. Set polarity to high or low, or leave the target out."),
    "JD003": ("Two targets from one day", "Each target of a list needs its own `from`, the first day it holds."),
    "JD004": ("Not a threshold", 'Write green and amber as ">= 85", "< 3" or "between 80 and 90".'),
    "JD005": ("A threshold outside the possible range", "No figure of this indicator could have that value."),
    "JD006": ("A chart that does not suit", "p charts are for percentages, u charts for rates. `auto` chooses by the printed rule."),
    "JD007": ("Not a month", "Write months as 2024-10."),
    "JD008": ("Re-basing without reason or approver", "Starting new limits is a decision: say why, and who approved it. Both are printed on the chart."),
    "JD009": ("A short baseline", "Limits need at least 12 baseline points; until then the chart shows none."),
    "JD010": ("A benchmark that no figure could have", "It lies outside what the indicator can be. Check its unit."),
    "JD011": ("A benchmark of an unlikely year", "Its period ended before the year 2000, or lies ahead of the extracts. Check the year."),
    "JD012": ("England outside the range of its regions", "A country's percentage or rate lies between those of its regions. One of the published figures is wrong, or of another definition."),
    "JD013": ("A pair with itself", "`pair` names other indicators that must be read beside this one."),
    "JD014": ("A theme of one", "A theme groups indicators to be read together. Check its spelling."),
    "JD015": ("A threshold the wrong way round", "Where low is better, green is below a limit; where high is better, above it. As it stands good figures would be red."),
    "JD016": ("A benchmark that may be a share", "The indicator is a percentage from 0 to 100, and the benchmark lies between 0 and 1. Write 21.4 for 21.4%."),
    "JD017": ("A measure that cannot be projected", "look_ahead names stocks and flows that are counted. Shares, rates, means and children counted once over several months do not add up from months."),
    "JD018": ("A funnel plot that cannot be drawn", "Its limits depend on each council's base, so config/benchmarks must give a denominator for ten councils at least. Dots are drawn instead."),
    "JD020": ("A flow account that does not add up", "Those at the start, and who joined, less who left, are not those at the end. A child was counted twice, left without an end, or is counted on another date."),
    "BI001": ("Comparators for an unknown indicator", "carereport list shows the indicators."),
    "BI002": ("Not a publisher's file", "carereport reads tables of Explore Education Statistics (CSV) and of the Local Authority Interactive Tool (Parquet or CSV)."),
    "BI003": ("A series that is not chosen", "carereport benchmarks show FILE lists columns, filters and measures; --where picks the rows so that each place and year has one."),
    "BI004": ("A series without a value", "All values of the series are suppressed, missing, or of earlier years than asked."),
    "BI006": ("A model without the council", "The file's rows are councils with their ten neighbours. Name the council as the file does, with --council."),
    "BI005": ("Values of another unit", "No figure of the indicator could have these values: a count, say, where a percentage is expected."),
    "WO001": ("A number that is no figure", "Generated text printed a number that no figure of the indicator holds. Nothing was written."),
    "WO002": ("Wording that generated text may not use", "Sentences have at most 25 words, do not begin with a numeral, state no cause, and use no abbreviation that the glossary does not explain."),
    "WO003": ("Numbers in officer text", "Numbers that officers wrote are not checked. The person who signs the report off should compare them with the figures."),
}  # fmt: skip
