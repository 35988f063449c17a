"""From a checked condition to narwhals expressions, one path for pandas, polars and Spark.

A missing value never passes a test except `is null`, under `not` as well: `not` is pushed down to
the tests, and every test also asks that its values are there. Functions of other rows are joined
to the frame as columns first; every join is on equal keys, so that each engine can do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import narwhals as nw

from carereport.conditions.parse import (
    OPPOSITE,
    Arithmetic,
    Between,
    Both,
    Call,
    Compare,
    Either,
    In,
    IsNull,
    Literal,
    Name,
    Node,
    Not,
)
from carereport.engines import Frame, collected

if TYPE_CHECKING:
    import pandas as pd

CHILD = "child_id"


@dataclass(frozen=True)
class Lookup:
    """Another table as conditions see it: its rows within the horizon."""

    frame: Frame
    date: str | None
    spell: tuple[str, str] | None


class Translator:
    """Adds to `frame` the columns a condition needs, and gives expressions over it.

    `frame` has the table's columns and `as_at`; `whole` all rows of the table within the horizon, for
    `previous` and `nth`; `days` the calendar with columns _day, _number and _working.
    """

    def __init__(
        self,
        frame: Frame,
        whole: Frame,
        days: Frame,
        tables: Mapping[str, Lookup],
        date_columns: frozenset[str],
        child: str = CHILD,
    ) -> None:
        self.frame, self.whole, self.days, self.tables, self.child = frame, whole, days, tables, child
        self.dates = date_columns | {"as_at"}
        self.ties: dict[str, pd.Series[Any]] = {}
        """`latest` of a table.column: each child whose rows of the latest day differ, so that none is the latest."""
        self._backwards: list[nw.Expr] = []
        self._made: dict[Any, str] = {}

    def backwards(self) -> nw.Expr | None:
        """Return 1 for the rows of `frame` in which days were counted to an earlier date since this was last asked."""
        flags = [nw.when(found).then(nw.lit(1)).otherwise(nw.lit(0)) for found in self._backwards]
        self._backwards = []
        return nw.max_horizontal(*flags) if len(flags) > 1 else next(iter(flags), None)  # Spark wants two or more

    # ------------------------------------------------------------------ tests

    def test(self, node: Node, negated: bool = False) -> nw.Expr:
        """Return an expression that is true where the condition (or its opposite) is decided true."""
        if isinstance(node, Not):
            return self.test(node.value, not negated)
        if isinstance(node, (Both, Either)):
            left, right = self.test(node.left, negated), self.test(node.right, negated)
            return left & right if isinstance(node, Both) != negated else left | right
        if isinstance(node, Compare):
            return self._compare(node.operator if not negated else OPPOSITE[node.operator], node.left, node.right)
        if isinstance(node, Between):
            low, high = (">=", "<=") if node.negated == negated else ("<", ">")
            first = self._compare(low, node.value, node.low)
            second = self._compare(high, node.value, node.high)
            return first & second if node.negated == negated else first | second
        if isinstance(node, In):
            value = self.value(node.value)
            as_date = self._is_date(node.value)
            given = [o.value for o in node.options if isinstance(o, Literal)]
            if not isinstance(given[0], str):
                value = value.cast(nw.Float64)  # counts are whole numbers, which polars does not look for among others
            options = [self._literal(o, as_date) if isinstance(o, str) else o for o in given]
            inside = value.is_in(options)
            return (inside if node.negated == negated else ~inside) & ~value.is_null()
        if isinstance(node, IsNull):
            missing = self.value(node.value).is_null()
            return missing if node.negated == negated else ~missing
        if isinstance(node, Call):  # seen_within
            seen = self.value(node)
            return (seen == 0 if negated else seen > 0) & ~seen.is_null()
        raise TypeError(f"not a test: {type(node).__name__}")

    def _compare(self, operator: str, left: Node, right: Node) -> nw.Expr:
        as_date = self._is_date(left) or self._is_date(right)
        a, b = self.value(left, as_date), self.value(right, as_date)
        result = {
            "=": lambda: a == b, "<>": lambda: a != b, "<": lambda: a < b,
            "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b,
        }[operator]()  # fmt: skip
        for side, node in ((a, left), (b, right)):
            if not isinstance(node, Literal):
                result = result & ~side.is_null()
        return result

    # ----------------------------------------------------------------- values

    def value(self, node: Node, as_date: bool = False) -> nw.Expr:
        """Return an expression for a value: a column, a literal, a function or a sum."""
        if isinstance(node, Literal):
            return nw.lit(self._literal(node.value, as_date))
        if isinstance(node, Name):
            return nw.col(node.text)
        if isinstance(node, Arithmetic):
            if self._is_date(node.left) and isinstance(node.right, Literal):
                step = timedelta(days=float(node.right.value))
                left = self.value(node.left)
                return left + step if node.operator == "+" else left - step
            left, right = self.value(node.left), self.value(node.right)
            return left + right if node.operator == "+" else left - right
        if isinstance(node, Call):
            return self._call(node)
        raise TypeError(f"not a value: {type(node).__name__}")

    def _literal(self, value: float | str, as_date: bool) -> Any:
        if isinstance(value, str) and as_date:
            return datetime.fromisoformat(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            return int(value)
        return value

    def _is_date(self, node: Node) -> bool:
        if isinstance(node, Name):
            return node.text in self.dates
        if isinstance(node, Arithmetic):
            return self._is_date(node.left)
        if isinstance(node, Call):
            if node.name == "latest" and isinstance(node.arguments[0], Name):
                table, _, column = node.arguments[0].text.partition(".")
                kind = self.tables[table].frame.collect_schema()[column]
                return kind in (nw.Date, nw.Datetime)
            return node.name in ("add_months", "previous")
        return False

    def _call(self, node: Call) -> nw.Expr:
        if node in self._made:
            return nw.col(self._made[node])
        arguments = node.arguments
        if node.name in ("days", "working_days"):
            field = "_number" if node.name == "days" else "_working"
            difference = self._day(arguments[1], field) - self._day(arguments[0], field)
            first, last = self.value(arguments[0], True), self.value(arguments[1], True)
            self._backwards.append(last < first)  # back to Saturday from Sunday is no working day, and backwards
            return nw.when(last >= first).then(difference)
        if node.name in ("months", "years", "age"):
            first = self.value(arguments[0], True)
            last = self.value(arguments[1], True) if len(arguments) > 1 else nw.col("as_at")
            return completed(first, last, months=node.name == "months")
        if node.name == "add_months":
            months = int(float(arguments[1].value)) if isinstance(arguments[1], Literal) else 0
            return self.value(arguments[0], True).dt.offset_by(f"{months}mo")
        name = self._made[node] = f"_f{len(self._made)}"
        if node.name in ("previous", "nth") and isinstance(arguments[0], Name):
            self._own_rows(name, node.name, arguments[0].text)
        else:
            self._other_rows(name, node)
        return nw.col(name)

    def _day(self, node: Node, field: str) -> nw.Expr:
        """Return the day's number (or working-day number) in the calendar."""
        key = (field, node)
        if key not in self._made:
            name = self._made[key] = f"_d{len(self._made)}"
            calendar = self.days.select(nw.col("_day").alias(f"{name}_day"), nw.col(field).alias(name))
            kind = calendar.collect_schema()[f"{name}_day"]  # engines give days written in a condition other units
            day = self.value(node, True).cast(kind).alias(f"{name}_day")  # may itself add columns to the frame
            frame = self.frame.with_columns(day)
            self.frame = frame.join(calendar, on=f"{name}_day", how="left").drop(f"{name}_day")
        return nw.col(self._made[key])

    def _own_rows(self, name: str, function: str, column: str) -> None:
        """Join `previous` or `nth` of a date column, from all the child's rows."""
        child = self.child
        rows = self.whole.select(child, column).filter(~nw.col(column).is_null() & ~nw.col(child).is_null())
        days = rows.with_columns(nw.lit(1).alias("_one")).group_by(child, column).agg(nw.col("_one").sum())
        days = days.sort(child, column)
        if function == "previous":
            made = nw.col(column).shift(1).over(child, order_by=column)
        else:
            made = nw.col("_one").cum_sum().over(child, order_by=column) - nw.col("_one") + 1
        days = days.with_columns(made.alias(name)).drop("_one")
        self.frame = self.frame.join(days, on=[child, column], how="left")

    def _other_rows(self, name: str, node: Call) -> None:
        """Join what a function finds in the child's rows of another table, by child and `as_at`."""
        child = self.child
        target = node.arguments[0]
        text = target.text if isinstance(target, Name) else ""
        table_name, _, column = text.partition(".")
        table = self.tables[table_name]
        asked = self.frame.select(child, "as_at").filter(~nw.col(child).is_null()).unique()
        if node.name == "spells_within" and table.spell is not None:
            start, end = table.spell
            other = table.frame.select(nw.col(child), nw.col(start).alias("_s"), nw.col(end).alias("_e"))
        else:
            extra = [nw.col(column).alias("_v")] if node.name == "latest" else []
            other = table.frame.select(nw.col(child), nw.col(str(table.date)).alias("_s"), *extra)
        pairs = asked.join(other, on=child, how="inner").filter(nw.col("_s") <= nw.col("as_at"))
        if node.name == "latest":
            last = pairs.group_by(child, "as_at").agg(nw.col("_s").max())
            found = pairs.join(last, on=[child, "as_at", "_s"], how="inner")
            found = found.group_by(child, "as_at").agg(
                nw.col("_v").max().alias(name), nw.col("_v").min().alias("_least"),
                nw.col("_v").count().alias("_held"), nw.len().alias("_rows"),
            )  # fmt: skip
            unlike = (nw.col(name) != nw.col("_least")) | (nw.col("_held") < nw.col("_rows"))
            ties = found.filter((nw.col("_held") > 0) & unlike)
            tied = collected(ties.select(child))[child]
            if len(tied):
                self.ties[text] = tied
            self.frame = self.frame.join(found.select(child, "as_at", name), on=[child, "as_at"], how="left")
            return
        span = node.arguments[1]
        number = int(float(span.value)) if isinstance(span, Literal) else 0
        if node.name == "seen_within":
            pairs = pairs.filter(nw.col("_s") > nw.col("as_at") - timedelta(days=number))
        else:
            first = nw.col("as_at").dt.offset_by(f"-{number}mo")
            if node.name == "events_within":
                pairs = pairs.filter(nw.col("_s") > first)
            else:
                open_still = nw.col("_e").is_null()
                reaches = (nw.col("_e") > first + timedelta(days=1)) & (nw.col("_e") > nw.col("_s"))
                pairs = pairs.filter(open_still | reaches)
        pairs = pairs.with_columns(nw.lit(1).alias("_one"))
        found = pairs.group_by(child, "as_at").agg(nw.col("_one").sum().alias(name))
        joined = self.frame.join(found, on=[child, "as_at"], how="left")
        counted = nw.when(nw.col(name).is_null()).then(nw.lit(0)).otherwise(nw.col(name))
        self.frame = joined.with_columns(nw.when(~nw.col(child).is_null()).then(counted).alias(name))


def completed(first: nw.Expr, last: nw.Expr, *, months: bool = False) -> nw.Expr:
    """Return completed months or years between two dates; null where the second lies before the first.

    Somebody born on 29 February has a birthday on 1 March in other years.
    """
    years = last.dt.year() - first.dt.year()
    later, earlier = _month(last), _month(first)
    if months:
        whole = years * 12 + later - earlier
        short = last.dt.day() < first.dt.day()
    else:
        whole = years
        short = (later * 100 + last.dt.day()) < (earlier * 100 + first.dt.day())
    return nw.when(last >= first).then(whole - short.cast(nw.Int64))


def _month(day: nw.Expr) -> nw.Expr:
    return day.dt.month().cast(nw.Float64)  # polars gives 8 bits, too few for sums; pandas has no whole missing number
