-- Every row that counts for an indicator: on which day, whether the numerator's test is met (NULL where it
-- cannot be decided), the number averaged, and its categories.
CREATE TABLE counted (indicator VARCHAR, day DATE, met BOOLEAN, amount DOUBLE, categories MAP(VARCHAR, VARCHAR));

-- shape: count, percentage, per_10000 or median. A snapshot counts what is open on a period's last day.
-- first_day: the first day of the first period that the extract supports; NULL = the month, and the
-- quarter, of the indicator's own first row, where the extract holds the complete history.
CREATE TABLE definitions (indicator VARCHAR, shape VARCHAR, snapshot BOOLEAN, first_day DATE, unit VARCHAR);

-- Contacts are held from April 2021, referrals from April 2020 (a year more, to look back on).
INSERT INTO definitions VALUES
    ('contacts', 'count', false, '2021-04-01', 'number'),
    ('contacts_one_day', 'percentage', false, '2021-04-01', 'percent'),
    ('early_help_open', 'count', true, '2021-04-01', 'number'),
    ('referrals', 'count', false, '2020-04-01', 'number'),
    ('referrals_rate', 'per_10000', false, '2020-04-01', 'per_10000'),
    ('re_referrals_12_months', 'percentage', false, '2021-04-01', 'percent'),
    ('referrals_no_further_action', 'percentage', false, '2020-04-01', 'percent'),
    ('assessments_started', 'count', false, '2021-04-01', 'number'),
    ('assessments_45_days', 'percentage', false, '2021-04-01', 'percent'),
    ('assessments_overdue', 'count', true, '2021-04-01', 'number'),
    ('assessment_length', 'median', false, '2021-04-01', 'working_days'),
    ('demand_screening', 'count', true, '2021-04-01', 'number'),
    ('demand_assessment', 'count', true, '2021-04-01', 'number'),
    ('demand_protection', 'count', true, '2021-04-01', 'number');

INSERT INTO counted
SELECT 'contacts', received, true, NULL,
       MAP {'age_band': band_on(birth, received), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown'), 'source': coalesce(source, 'unknown')}
FROM contacts;

-- The day of the contact is day 0. A contact without a decision stays among those asked about.
INSERT INTO counted
SELECT 'contacts_one_day', received,
       CASE WHEN decided >= received THEN decision.worked - contact.worked <= 1 END, NULL, MAP {}
FROM contacts JOIN days contact ON contact.day = received LEFT JOIN days decision ON decision.day = decided;

INSERT INTO counted
SELECT 'early_help_open', day, true, NULL, MAP {}
FROM early_help JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day);

INSERT INTO counted
SELECT 'referrals', received, true, NULL,
       MAP {'age_band': band_on(birth, received), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown'), 'source': coalesce(source, 'unknown')}
FROM referrals;

INSERT INTO counted SELECT 'referrals_rate', received, true, NULL, MAP {} FROM referrals;

-- Again: the same child had a referral on an earlier day, at most twelve months before.
INSERT INTO counted
SELECT 're_referrals_12_months', received,
       EXISTS (SELECT 1 FROM referrals earlier WHERE earlier.child = later.child
               AND earlier.received < later.received AND earlier.received >= months_before(later.received, 12)),
       NULL,
       MAP {'age_band': band_on(birth, received), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown')}
FROM referrals later;

INSERT INTO counted
SELECT 'referrals_no_further_action', received, nfa = 'yes', NULL, MAP {} FROM referrals;

INSERT INTO counted SELECT 'assessments_started', begun, true, NULL, MAP {} FROM assessments;

INSERT INTO counted
SELECT 'assessments_45_days', ended, last.worked - first.worked <= 45, NULL,
       MAP {'age_band': band_on(birth, ended), 'gender': coalesce(gender, 'unknown'),
            'ethnicity': coalesce(ethnicity, 'unknown'), 'team': coalesce(team, 'unknown'),
            'locality': coalesce(locality, 'unknown')}
FROM assessments JOIN days first ON first.day = begun JOIN days last ON last.day = ended;

INSERT INTO counted
SELECT 'assessments_overdue', month_ends.day, true, NULL, MAP {'team': coalesce(team, 'unknown')}
FROM assessments
JOIN month_ends ON begun <= month_ends.day AND (ended IS NULL OR ended > month_ends.day)
JOIN days first ON first.day = begun
JOIN days last ON last.day = month_ends.day
WHERE last.worked - first.worked > 45;

INSERT INTO counted
SELECT 'assessment_length', ended, true, last.worked - first.worked, MAP {}
FROM assessments JOIN days first ON first.day = begun JOIN days last ON last.day = ended;

INSERT INTO counted
SELECT 'demand_' || lower(stage), day, true, NULL, MAP {}
FROM demand JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day)
WHERE stage IN ('Screening', 'Assessment', 'Protection');
