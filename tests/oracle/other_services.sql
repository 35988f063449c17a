-- Requests for education plans are held from April 2020 and may take a year; complaints from October 2020
-- and may take six months.
INSERT INTO definitions VALUES
    ('ehc_plans_20_weeks', 'percentage', false, '2021-04-01', 'percent'),
    ('ehc_plans_issued', 'count', false, '2021-04-01', 'number'),
    ('audits_completed', 'count', false, '2021-04-01', 'number'),
    ('audits_good', 'percentage', false, '2021-04-01', 'percent'),
    ('complaints_received', 'count', false, '2021-04-01', 'number'),
    ('complaints_in_time', 'percentage', false, '2021-04-01', 'percent');

INSERT INTO counted
SELECT 'ehc_plans_20_weeks', issued, CASE WHEN issued >= requested THEN issued - requested <= 140 END, NULL, MAP {}
FROM ehc_requests WHERE exceptional = 'No' AND issued <= quarter_end();

INSERT INTO counted
SELECT 'ehc_plans_issued', issued, true, NULL, MAP {} FROM ehc_requests WHERE issued <= quarter_end();

INSERT INTO counted
SELECT 'audits_completed', audited, true, NULL, MAP {'grade': coalesce(grade, 'unknown')} FROM audits;

INSERT INTO counted
SELECT 'audits_good', audited, grade IN ('good', 'outstanding'), NULL, MAP {} FROM audits;

INSERT INTO counted SELECT 'complaints_received', received, true, NULL, MAP {} FROM complaints;

INSERT INTO counted
SELECT 'complaints_in_time', responded,
       CASE WHEN responded >= received THEN answered.worked - complaint.worked <= 20 END, NULL, MAP {}
FROM complaints JOIN days complaint ON complaint.day = received JOIN days answered ON answered.day = responded
WHERE stage = '1' AND responded <= quarter_end();
