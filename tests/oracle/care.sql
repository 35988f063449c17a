-- Episodes are held from April 2020 (open then, or begun later); homes are counted over the 12 months before,
-- so that figure starts a year later. Lists 8, reviews, visits and missing episodes start in April 2021.
INSERT INTO definitions VALUES
    ('children_in_care', 'count', true, '2020-04-01', 'number'),
    ('children_in_care_rate', 'per_10000', true, '2020-04-01', 'per_10000'),
    ('started_care', 'count', false, '2020-04-01', 'number'),
    ('left_care', 'count', false, '2020-04-01', 'number'),
    ('left_care_adopted', 'percentage', false, '2020-04-01', 'percent'),
    ('three_placements', 'percentage', true, '2021-04-01', 'percent'),
    ('foster_care', 'percentage', true, '2020-04-01', 'percent'),
    ('unaccompanied_children', 'count', true, '2021-04-01', 'number'),
    ('children_unregistered_homes', 'count', true, NULL, 'number'),
    ('care_reviews_on_time', 'percentage', false, '2021-04-01', 'percent'),
    ('care_visits_on_time', 'percentage', false, '2021-04-01', 'percent'),
    ('health_assessments', 'percentage', true, '2021-04-01', 'percent'),
    ('missing_episodes', 'count', false, '2021-04-01', 'number'),
    ('return_interviews', 'percentage', false, '2021-04-01', 'percent'),
    ('adoptions', 'count', false, NULL, 'number');

CREATE TABLE in_care AS
SELECT * FROM periods_of_care JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day);

INSERT INTO counted
SELECT 'children_in_care', day, true, NULL,
       MAP {'age_band': band_on(birth, day), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown')}
FROM in_care;

INSERT INTO counted SELECT 'children_in_care_rate', day, true, NULL, MAP {} FROM in_care;

INSERT INTO counted
SELECT 'started_care', begun, true, NULL,
       MAP {'age_band': band_on(birth, begun), 'gender': coalesce(gender, 'unknown')}
FROM periods_of_care;

INSERT INTO counted SELECT 'left_care', ended, true, NULL, MAP {} FROM periods_of_care WHERE ended IS NOT NULL;

INSERT INTO counted
SELECT 'left_care_adopted', ended, ending IN ('E11', 'E12'), NULL, MAP {} FROM periods_of_care WHERE ended IS NOT NULL;

-- Homes lived in during the 12 months that end on the day; the first of them is one day after the same
-- day of the year before. A stay without a night does not count, nor one that ended on the first day.
INSERT INTO counted
SELECT 'three_placements', day,
       (SELECT count(*) FROM placements WHERE placements.child = in_care.child AND placements.begun <= in_care.day
        AND (placements.ended IS NULL
             OR (placements.ended > months_before(in_care.day, 12) + 1 AND placements.ended > placements.begun))) >= 3,
       NULL, MAP {}
FROM in_care;

INSERT INTO counted
SELECT 'foster_care', day, place IN ('U1', 'U2', 'U3', 'U4', 'U5', 'U6'), NULL, MAP {}
FROM episodes JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day)
WHERE legal_status NOT IN ('V3', 'V4');

INSERT INTO counted
SELECT 'unaccompanied_children', day, true, NULL, MAP {}
FROM looked_after JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day)
WHERE uasc = 'yes';

INSERT INTO counted
SELECT 'children_unregistered_homes', day, true, NULL, MAP {}
FROM unregistered_homes JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day);

INSERT INTO counted SELECT 'care_reviews_on_time', due, held <= due, NULL, MAP {} FROM care_reviews;

INSERT INTO counted SELECT 'care_visits_on_time', due, held <= due, NULL, MAP {} FROM care_visits;

-- The date of the latest health assessment is known for the day of extraction only.
INSERT INTO counted
SELECT 'health_assessments', extraction(), last_health > months_before(extraction(), 12), NULL, MAP {}
FROM looked_after
WHERE begun <= extraction() AND (ended IS NULL OR ended > extraction()) AND begun <= months_before(extraction(), 12);

INSERT INTO counted SELECT 'missing_episodes', begun, true, NULL, MAP {} FROM missing WHERE kind = 'M';

INSERT INTO counted
SELECT 'return_interviews', returned, CASE WHEN held >= returned THEN held - returned <= 3 END, NULL, MAP {}
FROM return_interviews;

INSERT INTO counted
SELECT 'adoptions', adopted, true, NULL, MAP {} FROM adoptions WHERE adopted <= quarter_end();
