-- England's bank holidays as gov.uk lists them, typed in by hand (substitute days included).
CREATE TABLE bank_holidays AS
SELECT unnest([
    '2018-01-01', '2018-03-30', '2018-04-02', '2018-05-07', '2018-05-28', '2018-08-27', '2018-12-25', '2018-12-26',
    '2019-01-01', '2019-04-19', '2019-04-22', '2019-05-06', '2019-05-27', '2019-08-26', '2019-12-25', '2019-12-26',
    '2020-01-01', '2020-04-10', '2020-04-13', '2020-05-08', '2020-05-25', '2020-08-31', '2020-12-25', '2020-12-28',
    '2021-01-01', '2021-04-02', '2021-04-05', '2021-05-03', '2021-05-31', '2021-08-30', '2021-12-27', '2021-12-28',
    '2022-01-03', '2022-04-15', '2022-04-18', '2022-05-02', '2022-06-02', '2022-06-03', '2022-08-29', '2022-09-19',
    '2022-12-26', '2022-12-27',
    '2023-01-02', '2023-04-07', '2023-04-10', '2023-05-01', '2023-05-08', '2023-05-29', '2023-08-28', '2023-12-25',
    '2023-12-26',
    '2024-01-01', '2024-03-29', '2024-04-01', '2024-05-06', '2024-05-27', '2024-08-26', '2024-12-25', '2024-12-26',
    '2025-01-01', '2025-04-18', '2025-04-21', '2025-05-05', '2025-05-26', '2025-08-25', '2025-12-25', '2025-12-26',
    '2026-01-01', '2026-04-03', '2026-04-06', '2026-05-04', '2026-05-25', '2026-08-31', '2026-12-25', '2026-12-28'
])::DATE AS day;

-- Every day with its number and how many working days lie up to and including it.
CREATE TABLE days AS
SELECT day, sum(CASE WHEN isodow(day) <= 5 AND day NOT IN (FROM bank_holidays) THEN 1 ELSE 0 END)
            OVER (ORDER BY day)::INTEGER AS worked
FROM (SELECT unnest(generate_series(DATE '2018-01-01', DATE '2026-12-31', INTERVAL 1 DAY))::DATE AS day);

-- The report is for July to September 2025; nothing later is known, but for what was read off on 14 October.
CREATE MACRO quarter_end() AS DATE '2025-09-30';
CREATE MACRO extraction() AS DATE '2025-10-14';

CREATE TABLE month_ends AS
SELECT last_day(start)::DATE AS day
FROM (SELECT unnest(generate_series(DATE '2015-01-01', DATE '2025-09-01', INTERVAL 1 MONTH))::DATE AS start);

CREATE TABLE periods AS
SELECT 'month' AS period_kind, date_trunc('month', day)::DATE AS first_day, day AS last_day FROM month_ends
UNION ALL
SELECT 'quarter', date_trunc('quarter', day)::DATE, day FROM month_ends WHERE month(day) IN (3, 6, 9, 12)
UNION ALL
SELECT 'year_to_date', DATE '2025-04-01', DATE '2025-09-30'
UNION ALL
SELECT 'rolling_12_months', DATE '2024-10-01', DATE '2025-09-30'
UNION ALL
SELECT 'as_at', DATE '2025-10-14', DATE '2025-10-14';

CREATE MACRO british(text) AS CASE WHEN text = '' THEN NULL ELSE strptime(text, '%d/%m/%Y')::DATE END;
CREATE MACRO months_before(day, n) AS (day - to_months(n))::DATE;

-- Birthdays reached; who was born on 29 February has the birthday on 1 March in other years.
CREATE MACRO age_on(birth, day) AS
    CASE WHEN birth <= day
         THEN year(day) - year(birth)
              - (CASE WHEN (month(day), day(day)) < (month(birth), day(birth)) THEN 1 ELSE 0 END) END;
CREATE MACRO band_on(birth, day) AS
    CASE WHEN age_on(birth, day) IS NULL THEN 'unknown'
         WHEN age_on(birth, day) < 1 THEN 'under 1'
         WHEN age_on(birth, day) <= 4 THEN '1 to 4'
         WHEN age_on(birth, day) <= 9 THEN '5 to 9'
         WHEN age_on(birth, day) <= 15 THEN '10 to 15'
         WHEN age_on(birth, day) <= 17 THEN '16 to 17'
         ELSE '18 and over' END;
CREATE MACRO is_leap(y) AS (y % 4 = 0 AND y % 100 <> 0) OR y % 400 = 0;
CREATE MACRO birthday_at(birth, years) AS
    CASE WHEN month(birth) = 2 AND day(birth) = 29 AND NOT is_leap(year(birth) + years)
         THEN make_date(year(birth) + years, 3, 1)
         ELSE make_date(year(birth) + years, month(birth), day(birth)) END;
