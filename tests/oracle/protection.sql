-- Section 47 enquiries are held by their start from October 2020; a conference may come up to six months
-- later, so conferences are complete from April 2021. Plans are held for all time. Visits are held from
-- 1 March 2021, and the test looks back 28 days: 29 March, so April 2021 is the first month.
INSERT INTO definitions VALUES
    ('children_in_need_open', 'count', true, '2021-04-01', 'number'),
    ('section_47_enquiries', 'count', false, '2020-10-01', 'number'),
    ('section_47_rate', 'per_10000', false, '2020-10-01', 'per_10000'),
    ('section_47_to_conference', 'percentage', false, '2020-10-01', 'percent'),
    ('initial_conferences', 'count', false, '2021-04-01', 'number'),
    ('conferences_15_days', 'percentage', false, '2021-04-01', 'percent'),
    ('child_protection_plans', 'count', true, NULL, 'number'),
    ('child_protection_plans_rate', 'per_10000', true, NULL, 'per_10000'),
    ('plans_started', 'count', false, NULL, 'number'),
    ('plans_ended', 'count', false, NULL, 'number'),
    ('second_or_later_plan', 'percentage', false, NULL, 'percent'),
    ('plans_two_years', 'percentage', true, NULL, 'percent'),
    ('plan_reviews_on_time', 'percentage', false, '2021-04-01', 'percent'),
    ('plan_children_seen', 'percentage', true, '2021-03-29', 'percent');

INSERT INTO counted
SELECT 'children_in_need_open', day, true, NULL,
       MAP {'age_band': band_on(birth, day), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown'), 'disability': coalesce(disability, 'unknown'),
            'need': coalesce(need, 'unknown')}
FROM children_in_need JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day);

INSERT INTO counted
SELECT 'section_47_enquiries', begun, true, NULL,
       MAP {'age_band': band_on(birth, begun), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown')}
FROM section_47;

INSERT INTO counted SELECT 'section_47_rate', begun, true, NULL, MAP {} FROM section_47;

INSERT INTO counted SELECT 'section_47_to_conference', begun, unnecessary = 'no', NULL, MAP {} FROM section_47;

INSERT INTO counted
SELECT 'initial_conferences', conference, true, NULL, MAP {} FROM section_47 WHERE conference <= quarter_end();

INSERT INTO counted
SELECT 'conferences_15_days', conference,
       CASE WHEN conference >= begun THEN held.worked - discussed.worked <= 15 END, NULL, MAP {}
FROM section_47 JOIN days discussed ON discussed.day = begun JOIN days held ON held.day = conference
WHERE conference <= quarter_end();

CREATE TABLE open_plans AS
SELECT * FROM plans JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day);

INSERT INTO counted
SELECT 'child_protection_plans', day, true, NULL,
       MAP {'age_band': band_on(birth, day), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown'), 'disability': coalesce(disability, 'unknown'),
            'category': coalesce(category, 'unknown'), 'ward': coalesce(ward, 'unknown'),
            'locality': coalesce(locality, 'unknown')}
FROM open_plans;

INSERT INTO counted SELECT 'child_protection_plans_rate', day, true, NULL, MAP {} FROM open_plans;

INSERT INTO counted SELECT 'plans_started', begun, true, NULL, MAP {} FROM plans;

INSERT INTO counted SELECT 'plans_ended', ended, true, NULL, MAP {} FROM plans WHERE ended IS NOT NULL;

INSERT INTO counted
SELECT 'second_or_later_plan', begun,
       EXISTS (SELECT 1 FROM plans earlier WHERE earlier.child = later.child AND earlier.begun < later.begun),
       NULL, MAP {}
FROM plans later;

INSERT INTO counted
SELECT 'plans_two_years', day, begun <= months_before(day, 24), NULL, MAP {} FROM open_plans;

INSERT INTO counted SELECT 'plan_reviews_on_time', due, held <= due, NULL, MAP {} FROM plan_reviews;

INSERT INTO counted
SELECT 'plan_children_seen', day,
       EXISTS (SELECT 1 FROM plan_visits WHERE plan_visits.child = open_plans.child
               AND visited <= day AND visited > day - 28),
       NULL, MAP {'team': coalesce(team, 'unknown')}
FROM open_plans WHERE day - begun >= 28;
