-- Lists of the council's own. Care plans are looked for in the six months before a day and are held from July
-- 2023; learning actions may have been raised four months before they were due.
INSERT INTO definitions VALUES
    ('initial_conferences_rate', 'per_10000', false, '2021-04-01', 'per_10000'),
    ('plans_started_rate', 'per_10000', false, NULL, 'per_10000'),
    ('unaccompanied_share', 'percentage', true, '2021-04-01', 'percent'),
    ('babies_started_care', 'count', false, '2021-04-01', 'number'),
    ('babies_placed_4_weeks', 'percentage', false, '2021-04-01', 'percent'),
    ('care_plans_up_to_date', 'percentage', true, '2024-01-01', 'percent'),
    ('reviews_child_took_part', 'percentage', false, '2021-04-01', 'percent'),
    ('dental_checks', 'percentage', true, '2021-04-01', 'percent'),
    ('ehc_plans_20_weeks_all', 'percentage', false, '2021-04-01', 'percent'),
    ('ehc_requests', 'count', false, '2020-04-01', 'number'),
    ('new_posts_unfilled', 'count', true, '2021-04-01', 'number'),
    ('audits_moderated', 'percentage', false, '2021-04-01', 'percent'),
    ('moderation_agreed', 'percentage', false, '2021-04-01', 'percent'),
    ('learning_actions_on_time', 'percentage', false, '2021-08-01', 'percent'),
    ('manager_sessions', 'percentage', false, '2025-04-01', 'percent'),
    ('manager_workbooks', 'percentage', false, '2025-05-01', 'percent'),
    ('compliments_received', 'count', false, '2021-04-01', 'number');

INSERT INTO counted
SELECT 'initial_conferences_rate', conference, true, NULL, MAP {} FROM section_47 WHERE conference <= quarter_end();

INSERT INTO counted SELECT 'plans_started_rate', begun, true, NULL, MAP {} FROM plans;

INSERT INTO counted
SELECT 'unaccompanied_share', day, uasc = 'yes', NULL, MAP {}
FROM looked_after JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day);

INSERT INTO counted SELECT 'babies_started_care', entered, true, NULL, MAP {} FROM babies;

INSERT INTO counted
SELECT 'babies_placed_4_weeks', entered, CASE WHEN placed >= entered THEN placed - entered <= 28 END, NULL, MAP {}
FROM babies;

INSERT INTO counted
SELECT 'care_plans_up_to_date', day,
       EXISTS (SELECT 1 FROM care_plans WHERE care_plans.child = in_care.child AND updated <= in_care.day
               AND updated > months_before(in_care.day, 6)),
       NULL, MAP {}
FROM in_care WHERE begun <= months_before(day, 1);

INSERT INTO counted
SELECT 'reviews_child_took_part', due, took_part = 'Yes', NULL, MAP {} FROM care_reviews WHERE took_part IS NOT NULL;

-- Like the health assessment, the date of the latest dental check is known for the day of extraction only.
INSERT INTO counted
SELECT 'dental_checks', extraction(), last_dental > months_before(extraction(), 12), NULL, MAP {}
FROM looked_after
WHERE begun <= extraction() AND (ended IS NULL OR ended > extraction()) AND begun <= months_before(extraction(), 12);

INSERT INTO counted
SELECT 'ehc_plans_20_weeks_all', issued, CASE WHEN issued >= requested THEN issued - requested <= 140 END, NULL, MAP {}
FROM ehc_requests WHERE issued <= quarter_end();

INSERT INTO counted SELECT 'ehc_requests', requested, true, NULL, MAP {} FROM ehc_requests;

INSERT INTO counted
SELECT 'new_posts_unfilled', day, true, NULL, MAP {}
FROM posts JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day)
WHERE begun > months_before(day, 6) AND (filled IS NULL OR filled > day);

INSERT INTO counted SELECT 'audits_moderated', audited, moderated = 'Yes', NULL, MAP {} FROM audits;

INSERT INTO counted
SELECT 'moderation_agreed', audited, agreed = 'Yes', NULL, MAP {} FROM audits WHERE moderated = 'Yes';

INSERT INTO counted
SELECT 'learning_actions_on_time', due, closed <= due, NULL, MAP {} FROM learning_actions WHERE due <= quarter_end();

INSERT INTO counted SELECT 'manager_sessions', held, attended = 'Yes', NULL, MAP {} FROM manager_learning;

INSERT INTO counted
SELECT 'manager_workbooks', due, returned <= due, NULL, MAP {} FROM manager_learning
WHERE attended = 'Yes' AND due <= quarter_end();

INSERT INTO counted SELECT 'compliments_received', received, true, NULL, MAP {} FROM compliments;
