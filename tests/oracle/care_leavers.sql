-- Pathway reviews are held from October 2020 and looked back on for six months.
INSERT INTO definitions VALUES
    ('care_leavers_in_touch', 'percentage', false, '2021-04-01', 'percent'),
    ('care_leavers_eet', 'percentage', false, '2021-04-01', 'percent'),
    ('care_leavers_suitable', 'percentage', false, '2021-04-01', 'percent'),
    ('pathway_plans_up_to_date', 'percentage', true, '2021-04-01', 'percent');

CREATE TABLE birthdays AS
SELECT *, birthday_at(birth, years) AS day
FROM care_leavers, (SELECT unnest([19, 20, 21]) AS years) WHERE birthday_at(birth, years) <= quarter_end();

INSERT INTO counted SELECT 'care_leavers_in_touch', day, in_touch = 'YES', NULL, MAP {} FROM birthdays;

INSERT INTO counted
SELECT 'care_leavers_eet', day, activity IN ('F1', 'F2', 'F4', 'F5', 'P1', 'P2', 'P4', 'P5'), NULL, MAP {}
FROM birthdays;

INSERT INTO counted
SELECT 'care_leavers_suitable', day,
       accommodation IN ('B1', 'C1', 'D1', 'E1', 'G1', 'K1', 'T1', 'U1', 'Y1', 'Z1'), NULL, MAP {}
FROM birthdays;

INSERT INTO counted
SELECT 'pathway_plans_up_to_date', day,
       EXISTS (SELECT 1 FROM pathway_reviews WHERE pathway_reviews.child = leaving_care.child
               AND reviewed <= day AND reviewed > months_before(day, 6)),
       NULL, MAP {}
FROM leaving_care JOIN month_ends ON begun <= day AND (ended IS NULL OR ended > day)
WHERE begun <= months_before(day, 6);
