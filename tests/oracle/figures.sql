-- From counted rows to the figures of every period that the extracts support, a row for each category.
CREATE TABLE windows AS
SELECT definitions.*,
       coalesce(first_day, date_trunc('month', first_row))::DATE AS month_from,
       coalesce(first_day, date_trunc('quarter', first_row))::DATE AS quarter_from
FROM definitions LEFT JOIN (SELECT indicator, min(day) AS first_row FROM counted GROUP BY indicator) USING (indicator);

CREATE TABLE wanted AS
SELECT windows.*, period_kind, periods.first_day AS period_start, last_day AS period_end,
       period_kind IN ('month', 'as_at') OR periods.first_day >= quarter_from AS supported
FROM windows JOIN periods ON
    CASE WHEN indicator IN ('health_assessments', 'dental_checks') THEN period_kind = 'as_at'
         WHEN period_kind = 'month' THEN periods.first_day >= month_from
         WHEN period_kind = 'quarter' THEN periods.first_day >= quarter_from
         WHEN period_kind = 'as_at' THEN false
         ELSE NOT snapshot END;

CREATE TABLE split AS
SELECT indicator, day, met, amount, 'total' AS breakdown, 'total' AS category FROM counted
UNION ALL
SELECT indicator, day, met, amount, entry.key, entry.value
FROM (SELECT indicator, day, met, amount, unnest(map_entries(categories)) AS entry FROM counted);

-- A category has a row in every period if it occurs in one of them; the total always has.
CREATE TABLE categories AS
SELECT DISTINCT indicator, breakdown, category
FROM split JOIN wanted USING (indicator)
WHERE supported AND day BETWEEN period_start AND period_end AND (NOT snapshot OR day = period_end)
UNION
SELECT indicator, 'total', 'total' FROM definitions;

CREATE TABLE population AS FROM population_file() WHERE "group" = 'children_0_17';

CREATE TABLE sums AS
SELECT wanted.indicator, period_kind, period_start, breakdown, category,
       count(*)::DOUBLE AS n, count(CASE WHEN met THEN 1 END)::DOUBLE AS met, median(amount) AS middle
FROM wanted JOIN split ON split.indicator = wanted.indicator AND day BETWEEN period_start AND period_end
                          AND (NOT snapshot OR day = period_end)
WHERE supported
GROUP BY ALL;

CREATE TABLE cells AS
SELECT indicator, shape, unit, period_kind, period_start, period_end, breakdown, category,
       coalesce(n, 0) AS n, coalesce(met, 0) AS met, middle,
       (SELECT arg_max(value, population.year) FROM population
        WHERE population.year <= year(period_end) - (CASE WHEN month(period_end) < 4 THEN 1 ELSE 0 END)) AS children
FROM wanted JOIN categories USING (indicator)
LEFT JOIN sums USING (indicator, period_kind, period_start, breakdown, category)
WHERE supported;

CREATE TABLE figures AS
SELECT indicator, period_kind, period_start, period_end, breakdown, category, n AS numerator,
       NULL::DOUBLE AS denominator, n AS value, unit, '' AS marker
FROM cells WHERE shape = 'count'
UNION ALL
SELECT indicator, period_kind, period_start, period_end, breakdown, category, met, n,
       CASE WHEN n > 0 THEN 100 * met / n END, unit, CASE WHEN n = 0 THEN 'z' WHEN n < 20 THEN 'u' ELSE '' END
FROM cells WHERE shape = 'percentage'
UNION ALL
SELECT indicator, period_kind, period_start, period_end, breakdown, category,
       CASE WHEN children IS NOT NULL THEN n END, children, 10000 * n / children, unit,
       CASE WHEN children IS NULL THEN 'x' ELSE '' END
FROM cells WHERE shape = 'per_10000'
UNION ALL
SELECT indicator, period_kind, period_start, period_end, breakdown, category, NULL, n, middle, unit,
       CASE WHEN n = 0 THEN 'z' WHEN n < 20 THEN 'u' ELSE '' END
FROM cells WHERE shape = 'median'
UNION ALL
SELECT indicator, period_kind, period_start, period_end, 'total', 'total', NULL, NULL, NULL, unit, 'x'
FROM wanted WHERE NOT supported;

-- Given by month from April 2021: a stock shows its last month and has no year; flows add their months up.
CREATE TABLE stock_periods AS
SELECT period_kind, first_day AS period_start, last_day AS period_end, date_trunc('month', last_day)::DATE AS month
FROM periods WHERE period_kind IN ('month', 'quarter') AND first_day >= DATE '2021-04-01';

INSERT INTO figures
SELECT indicator, period_kind, period_start, period_end, 'total', 'total', NULL, NULL, value, 'number', ''
FROM stock_periods JOIN (
    SELECT month, 'social_workers_in_post' AS indicator, sum(in_post) AS value FROM workforce GROUP BY month
    UNION ALL SELECT month, 'posts_established', sum(established) FROM workforce GROUP BY month
    UNION ALL SELECT month, 'agency_workers', sum(agency) FROM workforce GROUP BY month
    UNION ALL SELECT month, 'ehc_plans_open', plans FROM ehc_caseload) USING (month);

INSERT INTO figures
SELECT 'social_worker_vacancies', period_kind, period_start, period_end, breakdown, category, vacant, established,
       100 * vacant / established, 'percent', CASE WHEN established < 20 THEN 'u' ELSE '' END
FROM stock_periods JOIN (
    SELECT month, 'total' AS breakdown, 'total' AS category, sum(vacant) AS vacant, sum(established) AS established
    FROM workforce GROUP BY month
    UNION ALL SELECT month, 'team', team, vacant, established FROM workforce) USING (month);

INSERT INTO figures
SELECT 'caseload', period_kind, period_start, period_end, breakdown, category, cases, holders,
       cases / holders, 'cases', CASE WHEN holders < 20 THEN 'u' ELSE '' END
FROM stock_periods JOIN (
    SELECT month, 'total' AS breakdown, 'total' AS category, sum(cases) AS cases, sum(holders) AS holders
    FROM workforce GROUP BY month
    UNION ALL SELECT month, 'team', team, cases, holders FROM workforce) USING (month);

INSERT INTO figures
SELECT 'social_worker_turnover', period_kind, period_start, period_end, 'total', 'total', sum(left_in_year),
       sum(in_post), 100 * sum(left_in_year) / sum(in_post), 'percent', ''
FROM stock_periods JOIN workforce USING (month) GROUP BY ALL;

INSERT INTO figures
SELECT 'sickness_absence', period_kind, first_day, last_day, 'total', 'total', sum(sick), sum(available),
       100 * sum(sick) / sum(available), 'percent', ''
FROM periods JOIN workforce ON month BETWEEN first_day AND last_day
WHERE period_kind <> 'as_at' AND first_day >= DATE '2021-04-01' GROUP BY ALL;

INSERT INTO figures
SELECT 'participation_attendances', period_kind, first_day, last_day, 'total', 'total', NULL, NULL,
       sum(people), 'number', ''
FROM periods JOIN participation ON held BETWEEN first_day AND last_day
WHERE period_kind <> 'as_at' AND first_day >= DATE '2021-04-01' GROUP BY ALL;

INSERT INTO figures
SELECT 'supervision_on_time', period_kind, first_day, last_day, 'total', 'total', sum(held), sum(due),
       100 * sum(held) / sum(due), 'percent', CASE WHEN sum(due) < 20 THEN 'u' ELSE '' END
FROM periods JOIN workforce ON month BETWEEN first_day AND last_day
WHERE period_kind <> 'as_at' AND first_day >= DATE '2021-04-01' GROUP BY ALL;

INSERT INTO figures
SELECT 'ehc_reviews_on_time', period_kind, first_day, last_day, 'total', 'total', sum(held), sum(due),
       100 * sum(held) / sum(due), 'percent', CASE WHEN sum(due) < 20 THEN 'u' ELSE '' END
FROM periods JOIN ehc_caseload ON month BETWEEN first_day AND last_day
WHERE period_kind <> 'as_at' AND first_day >= DATE '2021-04-01' GROUP BY ALL;

-- Made of other indicators.
INSERT INTO figures
SELECT 'demand_index', a.period_kind, a.period_start, a.period_end, 'total', 'total', NULL, NULL,
       a.value + 2 * b.value + 3 * c.value, 'number', ''
FROM figures a JOIN figures b USING (period_kind, period_start) JOIN figures c USING (period_kind, period_start)
WHERE a.indicator = 'demand_screening' AND b.indicator = 'demand_assessment' AND c.indicator = 'demand_protection';

INSERT INTO figures
SELECT 'agency_rate', a.period_kind, a.period_start, a.period_end, 'total', 'total', NULL, NULL,
       100 * a.value / (a.value + b.value), 'percent', ''
FROM figures a JOIN figures b USING (period_kind, period_start)
WHERE a.indicator = 'agency_workers' AND b.indicator = 'social_workers_in_post';
