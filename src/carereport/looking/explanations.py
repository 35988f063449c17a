"""The findings of every room by code, for `carereport explain`; here stand those of rooms without a codes.py."""

from __future__ import annotations

import textwrap

_OTHERS: dict[str, tuple[str, str]] = {
    "BI001": ("Comparators for an unknown indicator", "carereport list shows the indicators."),
    "BI002": (
        "Not a publisher's file",
        "carereport reads tables of Explore Education Statistics (CSV) and of the Local Authority Interactive Tool "
        "(Parquet or CSV).",
    ),
    "BI003": (
        "A series that is not chosen",
        "carereport benchmarks show FILE lists columns, filters and measures; --where picks the rows so that each "
        "place and year has one.",
    ),
    "BI004": (
        "A series without a value",
        "All values of the series are suppressed, missing, or of earlier years than asked.",
    ),
    "BI005": (
        "Values of another unit",
        "No figure of the indicator could have these values: a count, say, where a percentage is expected.",
    ),
    "BI006": (
        "A model without the council",
        "The file's rows are councils with their ten neighbours. Name the council as the file does, with --council.",
    ),
    "BR001": (
        "A colour that cannot be read on white",
        "branding: colour is that of headings, so it needs a contrast of 4.5 to 1 (WCAG 2.2). A darker one is named.",
    ),
    "BR002": (
        "A logo that cannot be printed",
        "branding: logo names a PNG or SVG file in the project of at most 500 kB. An SVG may hold no script and "
        "refer to nothing outside itself.",
    ),
    "BR003": (
        "A font that cannot be used",
        "branding: fonts name .otf or .ttf files in the project with Latin letters and figures, which their makers "
        "allow to be embedded.",
    ),
    "BR004": (
        "A wide font",
        "Pages are made for a font of the usual width. A wider one makes lines and pages longer: look at every page.",
    ),
    "CF001": (
        "A file of settings cannot be read",
        "The system refused to open the file. Check that it exists and that you may open it.",
    ),
    "CF002": (
        "A file of settings is too large",
        "A YAML file may be at most 1 MB. Settings are small: another file may have been put in its place.",
    ),
    "CF003": ("Not UTF-8", "The file holds bytes that are not UTF-8 text. Save it as UTF-8 in your editor."),
    "CF004": ("Not YAML", "The caret shows where reading stopped. Look at indentation, colons inside texts and tabs."),
    "CF005": (
        "Anchors and aliases",
        "& and * are not allowed, since they hide what a setting says. Write the value out.",
    ),
    "CF006": ("Nested too deeply", "Settings may be nested at most 20 levels. A bracket may have been left open."),
    "CF007": (
        "A key stands twice",
        "Other YAML readers would silently keep the last of two equal keys. Remove one of them.",
    ),
    "CF008": (
        "Words that some programs read otherwise",
        "yes, no, on and off are true or false to some programs, 1_000, 0o17 and 12:30 are numbers. "
        "Put a text in quotes; write true or false, or the number in plain digits.",
    ),
    "CF009": ("A date that does not exist", "The date is not in the calendar. Write dates as 2025-09-30, year first."),
    "CF010": (
        "A file is missing",
        "A project needs config/extracts.yaml and config/indicators.yaml. carereport init writes both to start from.",
    ),
    "CF011": ("Defaults are used", "config/report.yaml is not there; the report is built with default texts."),
    "CF012": ("Not a mapping", "The file must hold settings of the form key: value, not a list or a single text."),
    "CF013": (
        "An unknown key",
        "The key is not one that carereport knows, so it would have no effect. The help line names the nearest one.",
    ),
    "CF014": (
        "Something is missing",
        "A setting that cannot be left out is not there. The message names it; add it at that place.",
    ),
    "CF015": (
        "Not one of the words allowed",
        "Only certain words may stand here. The message lists them, and the help line names the nearest.",
    ),
    "CF016": (
        "A text is expected",
        "A text is expected, and a number, date or true/false was given. Put the value in quotes.",
    ),
    "CF017": (
        "A wrong value",
        "The value cannot stand here. The message says what is expected; correct it at the caret.",
    ),
    "CF018": (
        "YAML tags",
        "Tags (!) could make programs run and are not allowed. Put a text that starts with ! in quotes.",
    ),
    "CF019": (
        "A key that is not a text",
        "A key is itself a list or a map. Put quotes around a text that starts with { or [.",
    ),
    "CF020": (
        "A table of settings cannot be read",
        "The file cannot be opened or is not UTF-8 text. Save it as CSV UTF-8.",
    ),
    "CF021": (
        "A missing column",
        "population.csv and the benchmarks need all of their columns. The message names those that are missing.",
    ),
    "CF022": (
        "A row of the wrong length",
        "Every row needs as many fields as the header. Put a text that holds a comma in quotes.",
    ),
    "CF023": (
        "Not a well-formed row",
        "A quote is not closed, or stands inside a cell. Correct the quotes of that row.",
    ),
    "CF024": ("No population", "Without config/population.csv no rates per 10,000 can be computed."),
    "CF025": ("Not a number", "year and value of population.csv are plain numbers above 0, written without commas."),
    "CF026": (
        "Two differing populations",
        "One area, year and group is given twice with differing values. Keep the published one.",
    ),
    "CF027": (
        "A faulty row of areas.csv",
        "config/areas.csv names each council once, with its code, its name and, where it is known, its region.",
    ),
    "CF028": (
        "A neighbour that cannot be read",
        "Each row of config/neighbours.csv has area, neighbour, model (its year), rank and closeness; a neighbour and "
        "a rank stand once in a model.",
    ),
    "CF029": (
        "A model of neighbours that is not there",
        "council: neighbours_model names a model of config/neighbours.csv, whose rows have the code of council: area. "
        "carereport benchmarks neighbours FILE writes them.",
    ),
    "CF031": (
        "A benchmark of an unknown indicator",
        "The row names an indicator that does not exist and is not used. The help line names the nearest.",
    ),
    "CF032": (
        "An unreadable benchmark",
        "Its value or period cannot be read. Write periods as 2024/25, 2025 or 2025-03-31.",
    ),
    "CF033": (
        "A benchmark in another unit",
        "A comparator must be in the indicator's own unit, or it would be compared with something else.",
    ),
    "CF034": (
        "A missing file of benchmarks",
        "The file named is not in config/benchmarks. Only files of that folder can be named.",
    ),
    "CF035": ("An incomplete benchmark", "A benchmark needs area, value and period, or else the name of a file."),
    "CF036": ("Two differing benchmarks", "One area and period is given twice with differing values."),
    "CF040": ("An unknown indicator", "A card, pair, stage or relation names an indicator that does not exist."),
    "CF041": ("An empty section", "No indicator names the section, so the report leaves it out. Check its spelling."),
    "CF042": (
        "A section like one that is listed",
        "report.yaml lists sections, and the indicator names another with nearly the same name. Check its spelling, or "
        "list the section.",
    ),
    "CF043": ("Extracted in the future", "`extracted` is the day the extracts were taken. It is printed."),
    "CL002": ("--out is a file", "Name a folder."),
    "CL003": ("--out lies among the inputs", "A build never writes where it reads."),
    "CL004": ("A folder that init must not write into", "carereport's own files stand there. Name a new folder."),
    "CL005": (
        "Files of somebody's own in a report's folder",
        "A build replaces the whole folder of its quarter, so that old and new never mix. What else lies there would "
        "be lost: keep it elsewhere.",
    ),
    "CL010": ("Another carereport is at work", "Only one build of a project runs at a time."),
    "CL020": (
        "Nothing to trace",
        "The figure is supplied or derived, so that no rows of children stand behind it here; or its table has no key.",
    ),
    "CL021": ("Keys in a place that is published or read", "Keys identify children. Write them where only you look."),
    "CL022": ("Not an area code", "--area takes the code that the extracts hold, such as E06000016."),
    "CL030": (
        "A quarter that was not built",
        "Compare needs a public build of both quarters, in history or in output.",
    ),
    "CL040": ("No extracts to draft from", "The folder holds no CSV file. Name the one with the extracts."),
    "CL050": ("A port that is taken", "Another program serves there, perhaps another preview. Name another port."),
    "CM001": (
        "Officer text cannot be read",
        "The file is not UTF-8 text, or a link that leads out of the project. Save the file itself there, as UTF-8.",
    ),
    "CM002": (
        "Front matter that is not YAML",
        "Between the --- lines stand settings of the form key: value, each on one line.",
    ),
    "CM003": (
        "An unknown key in front matter",
        "The key is not one that officer text has, and is not used. The help line names the nearest.",
    ),
    "CM004": (
        "Officer text that is too large",
        "A file of officer text may be at most 1 MB; a few paragraphs are meant.",
    ),
    "CM005": (
        "Officer text without a place",
        "A file of officer text is named after an indicator, or a place such as risks. No page shows this one.",
    ),
    "CM006": (
        "Front matter without its lines",
        "Owner, role, due and the like stand between two lines of three hyphens. Without them the report would print "
        "the keys as officers' text.",
    ),
    "CM007": (
        "Officer text that is not read",
        "Officers' words stand in files that end in .md, in a folder named after the quarter, as Q2-2025. What stands "
        "elsewhere in commentary/ is in no report.",
    ),
    "CM010": ("Officer text is missing", "--final refuses while an officer's explanation, action or date is missing."),
    "CM011": (
        "Officer text too long for its page",
        "An exception has one page. Its charts are already as low as they can be read; shorten the text.",
    ),
    "CM012": (
        "A reason for a revision that belongs nowhere",
        "In revisions.md a heading names an indicator, and perhaps a quarter or month: ## referrals, Q1-2025. Text "
        "above the first heading is the reason for all revisions.",
    ),
    "CM013": (
        "Officer text without a page",
        "Officers write about exceptions, which have a page each or a place in the list after those. The indicator is "
        "none in this report, so that its text stands nowhere. added_exceptions in report.yaml gives it a page.",
    ),
    "CM014": (
        "Words under a heading that no page has",
        "An exception's page has four headings: why, what is being done, what difference it made, when it is back on "
        "track. Other words in the file are in no report. The help line names the headings.",
    ),
    "CM015": ("A picture in officer text", "Officers' text is words, lists and tables; the mark is printed."),
    "CV001": (
        "A committee's template that is not there",
        "committee: profile names a profile that comes with carereport, or a file of yours in config/profiles.",
    ),
    "CV002": ("The cover report is not ready", "A final one needs the day of the meeting, a director and an author."),
    "CV003": (
        "Too late to publish",
        "Agenda and reports are open five clear days before a meeting in England (SI 2002/715).",
    ),
    "CV004": (
        "A meeting of an earlier quarter",
        "committee.meeting in report.yaml lies before the quarter's end. It is most likely last quarter's: the age of "
        "the figures and the day to publish are worked out from it.",
    ),
    "DC002": (
        "A small number cannot be protected",
        "Too much of what surrounds it is published, by this report or by earlier ones in history/. The help line says "
        "which, and the commands to run next. Withhold a breakdown, or record the director's decision. Drafts of "
        "earlier quarters count as published until they are built again: build them in order.",
    ),
    "DC003": (
        "History of another council",
        "What earlier reports published counts as known, so that no small number can be worked out from two of them. "
        "Those in history/ have another council's code than this one. Where the same council has a new code, name the "
        "old one as council.former_areas in report.yaml; another council needs a project of its own, or --area.",
    ),
    "DC004": (
        "Published both with --area and without",
        "A council built with --area has a history of its own. Reports built the other way do not count as known, and "
        "small numbers could be worked out from the two. Build it always in the same way.",
    ),
    "FI002": ("An indicator is not ready for publication", "--final asks for definition, source and a target's basis."),
    "HI001": ("History cannot be read", "history/history.sqlite is damaged or of another version. Put a copy back."),
    "MA001": ("No PDF", "WeasyPrint needs Pango, a library of the system. All other forms were made."),
    "MA002": (
        "No permission",
        "carereport may not write where it was asked to. Name another folder, or ask for the right.",
    ),
    "MA003": ("The system refused", "Often a full disk or a network drive that went away. carereport doctor looks."),
    "MA004": (
        "Incomplete installation",
        "Templates or settings that come with carereport are missing. Install it again.",
    ),
    "MA005": (
        "An engine that is not installed",
        "pandas comes with carereport; polars and Spark are extras: pip install 'carereport[fast]' or "
        "'carereport[spark]'. The figures are the same. A table with `spark_table` is read by Spark in any case.",
    ),
    "MA006": (
        "Spark cannot be started",
        "Spark runs on Java 17 or later. Install it, or measure with pandas or polars: the figures are the same. "
        "A table with `spark_table` can be read only where Spark runs: on the platform's driver.",
    ),
    "MA007": (
        "A look-ahead without its library",
        "report.yaml names measures under look_ahead. The methods come from statsmodels, an extra: "
        "pip install 'carereport[lookahead]'. Without the names nothing is projected and nothing more is needed.",
    ),
    "MA008": (
        "Spark ended while it measured",
        "Spark's process is gone, most often for want of memory. On one machine it is given half of the memory; "
        "SPARK_DRIVER_MEMORY gives more, or less. pandas and polars need far less: the figures are the same.",
    ),
    "MF001": ("No manifest", "The folder was not written by carereport build, or its manifest.json is damaged."),
    "MF002": ("A published file is missing", "The manifest lists a file that is no longer there."),
    "MF003": ("A published file was changed", "Its content is not what was published. Build again, or restore it."),
    "MF004": ("A file that was not published", "It lies in the report's folder and the manifest does not list it."),
    "MF005": ("The manifest was changed", "It holds a hash of its own text, which no longer fits. Build again."),
    "PU001": ("Nothing to publish", "There is no public report of the quarter. Build it first."),
    "PU002": ("Another report than was built", "The folder and history differ. Build again, look at it, then publish."),
    "PU003": ("A draft was published", "The report still says that it is a draft. Build with --final."),
    "RP020": (
        "A list that cannot be shown",
        "`shown` in report.yaml names a table whose rows the report prints as they stand. It must be a table of "
        "extracts.yaml with the columns that its list needs, and must not hold children: it may have no child_id.",
    ),
    "TP001": ("A template that is not UTF-8", "Save the template as UTF-8 text."),
    "TP002": ("A template that cannot be read", "The caret shows the line. Compare it with carereport's own template."),
    "TP003": ("A template that fails", "It names something that does not exist, or a template it needs is missing."),
    "TP004": (
        "A template that refers elsewhere",
        "Nothing is fetched when a report is made, and no link leads out of templates/. Put the file itself there.",
    ),
    "TP005": ("A style sheet that names a missing file", "Fonts and pictures stand in templates/ of the project."),
    "TP006": ("The pages took too long or too much", "Setting the pages is held to 60 seconds and 2 GB."),
    "TP007": ("A brace is missing in a template", "Between {{ and }} words are filled in; else they are text."),
    "TP008": (
        "A picture beside the report",
        "The report is one file, in which a picture beside it is missing. Logo and fonts stand in report.yaml; what "
        "report.css names by url(…) is put into the report.",
    ),
    "WO001": (
        "A number that is no figure",
        "Generated text printed a number that no figure of the indicator holds. Nothing was written.",
    ),
    "WO002": (
        "Wording that generated text may not use",
        "Sentences have at most 25 words, do not begin with a numeral, state no cause, and use no abbreviation that "
        "the glossary does not explain.",
    ),
    "WO003": (
        "Numbers in officer text",
        "Numbers that officers wrote are not checked. The person who signs the report off should compare them with "
        "the figures.",
    ),
    "XX070": (
        "A fault of carereport",
        "Something happened that should not. Please report it with its place; no data is in it.",
    ),
    "XX071": (
        "A council's process failed",
        "One of the processes of --all-areas ended early or met a fault of carereport. The other councils are "
        "finished; run the command again, and only what is missing is built.",
    ),
}


def known_codes() -> dict[str, tuple[str, str]]:
    """Return every code with its title and what it means."""
    from carereport.extracts.codes import CODES as EXTRACTS
    from carereport.judgement.codes import CODES as JUDGEMENT
    from carereport.measures.codes import CODES as MEASURES

    return {**_OTHERS, **EXTRACTS, **MEASURES, **JUDGEMENT}


def explanation(code: str) -> str | None:
    """Return the title and explanation of a code, or None."""
    held = known_codes().get(code.upper())
    if held is None:
        return None
    return f"{code.upper()}: {held[0]}\n\n{textwrap.fill(held[1], 88)}"
