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
    "JD016": ("A target or benchmark that may be a share", "The indicator is a percentage from 0 to 100, and the value lies between 0 and 1. Write 21.4 for 21.4%."),
    "JD017": ("A measure that cannot be projected", "look_ahead names stocks and flows that are counted. Shares, rates, means and children counted once over several months do not add up from months."),
    "JD018": ("A funnel plot that cannot be drawn", "Its limits depend on each council's base, so config/benchmarks must give a denominator for ten councils at least. Dots are drawn instead."),
    "JD019": ("A region that nobody knows", "council.region in report.yaml is none of England's nine regions, and no published figure has its name, so no region stands beside ours. Write it as the published figures do."),
    "JD020": ("A flow account that does not add up", "Those at the start, and who joined, less who left, are not those at the end. A child was counted twice, left without an end, or is counted on another date."),
    "JD021": ("A baseline outside the data", "The declared months are not all held, so that fewer points make the limits than was decided; with none of them, all points do. Declare months that the extracts cover."),
    "JD022": ("A target and a threshold at odds", "Where `status` says from which figure on it is green, that decides, whatever the target is. Sentences compare with the target, so the two would contradict each other on one page. Give both the same value."),
    "JD023": ("An amber that no figure reaches", "Green is looked at first. Every figure that the amber threshold takes is green already, so a figure is green or red."),
}  # fmt: skip
