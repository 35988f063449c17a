-- The extracts as they were known on the last day of the quarter: rows that begin later do not exist,
-- ends that lie later are not known. `raw('file')` reads every cell as text.

CREATE MACRO yes_no(text) AS
    CASE text WHEN 'a) Yes' THEN 'yes' WHEN 'b) No' THEN 'no' WHEN 'c) Unknown' THEN 'unknown' ELSE nullif(text, '') END;
CREATE MACRO sex(text) AS
    CASE text WHEN 'a) Male' THEN 'male' WHEN 'b) Female' THEN 'female' WHEN 'c) Not stated/recorded' THEN 'not_stated'
              WHEN 'd) Neither' THEN 'neither' WHEN '1' THEN 'male' WHEN '2' THEN 'female' ELSE nullif(text, '') END;
-- 'a) WBRI' means WBRI: what follows the bracket.
CREATE MACRO ethnic(text) AS nullif(regexp_replace(text, '^[a-z]\) ', ''), '');
CREATE MACRO known(day) AS CASE WHEN day <= quarter_end() THEN day END;

CREATE TABLE contacts AS
SELECT "Child Unique ID" AS child, sex("Gender") AS gender, ethnic("Ethnicity") AS ethnicity,
       british("Date of Birth") AS birth, british("Date of Contact") AS received,
       nullif("Contact Source", '') AS source, british("Decided") AS decided
FROM (SELECT DISTINCT * FROM raw('annex_a_01_contacts')) WHERE british("Date of Contact") <= quarter_end();

CREATE TABLE early_help AS
SELECT british("Assessment start date") AS begun, known(british("Assessment completion date")) AS ended
FROM (SELECT DISTINCT * FROM raw('annex_a_02_early_help')) WHERE british("Assessment start date") <= quarter_end();

CREATE TABLE referrals AS
SELECT "Referral ID" AS id, "Child Unique ID" AS child, sex("Gender") AS gender, ethnic("Ethnicity") AS ethnicity,
       british("Date of Birth") AS birth, british("Date of referral") AS received,
       nullif("Referral Source", '') AS source, yes_no("Referral NFA?") AS nfa
FROM (SELECT DISTINCT * FROM raw('annex_a_03_referrals')) WHERE british("Date of referral") <= quarter_end();

CREATE TABLE assessments AS
SELECT sex("Gender") AS gender, ethnic("Ethnicity") AS ethnicity, british("Date of Birth") AS birth,
       british("Continuous Assessment Start Date") AS begun,
       known(british("Continuous Assessment Date of Authorisation")) AS ended,
       nullif("Allocated Team", '') AS team, nullif("Ward", '') AS ward, nullif("Locality", '') AS locality
FROM (SELECT DISTINCT * FROM raw('annex_a_04_assessments'))
WHERE british("Continuous Assessment Start Date") <= quarter_end();

CREATE TABLE section_47 AS
SELECT sex("Gender") AS gender, ethnic("Ethnicity") AS ethnicity, british("Date of Birth") AS birth,
       british("Strategy discussion initiating Section 47 Enquiry Start Date") AS begun,
       yes_no("Was an Initial Child Protection Conference deemed unnecessary?") AS unnecessary,
       british("Date of Initial Child Protection Conference") AS conference
FROM (SELECT DISTINCT * FROM raw('annex_a_05_section_47'))
WHERE british("Strategy discussion initiating Section 47 Enquiry Start Date") <= quarter_end();

CREATE TABLE children_in_need AS
SELECT sex("Gender") AS gender, ethnic("Ethnicity") AS ethnicity, british("Date of Birth") AS birth,
       yes_no("Does the Child have a Disability") AS disability, nullif("Primary Need Code", '') AS need,
       british("CIN Start Date") AS begun, known(british("CIN Closure Date")) AS ended
FROM (SELECT DISTINCT * FROM raw('annex_a_06_children_in_need')) WHERE british("CIN Start Date") <= quarter_end();

CREATE TABLE plans AS
SELECT "Plan ID" AS id, "Child Unique ID" AS child, sex("Gender") AS gender, ethnic("Ethnicity") AS ethnicity,
       british("Date of Birth") AS birth, yes_no("Does the Child have a Disability") AS disability,
       british("Child Protection Plan Start Date") AS begun, known(british("Child Protection Plan End Date")) AS ended,
       CASE "Initial Category of Abuse" WHEN 'a) Neglect' THEN 'neglect' WHEN 'b) Physical abuse' THEN 'physical'
            WHEN 'c) Sexual abuse' THEN 'sexual' WHEN 'd) Emotional abuse' THEN 'emotional'
            WHEN 'e) Multiple/not recommended' THEN 'multiple' ELSE nullif("Initial Category of Abuse", '') END
            AS category,
       nullif("Allocated Team", '') AS team, nullif("Ward", '') AS ward, nullif("Locality", '') AS locality
FROM (SELECT DISTINCT * FROM raw('annex_a_07_child_protection_plans'))
WHERE british("Child Protection Plan Start Date") <= quarter_end();

CREATE TABLE plan_visits AS
SELECT "Child Unique ID" AS child, british("Visit Date") AS visited
FROM (SELECT DISTINCT * FROM raw('plan_visits')) WHERE british("Visit Date") <= quarter_end();

CREATE TABLE plan_reviews AS
SELECT british("Due") AS due, british("Held") AS held
FROM (SELECT DISTINCT * FROM raw('plan_reviews')) WHERE british("Due") <= quarter_end();

-- Annex A list 8 carries the state of the day of extraction, so here nothing is cut off at the quarter's end.
CREATE TABLE looked_after AS
SELECT british("Date Started to be Looked After") AS begun, british("Date Ceased to be Looked After") AS ended,
       yes_no("Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)") AS uasc,
       british("Date of Last Health Assessment") AS last_health, british("Date of Last Dental Check") AS last_dental
FROM (SELECT DISTINCT * FROM raw('annex_a_08_children_in_care'));

CREATE TABLE people AS
SELECT "CHILD" AS child, sex("SEX") AS gender, nullif("ETHNIC", '') AS ethnicity, british("DOB") AS birth
FROM (SELECT DISTINCT * FROM raw('ssda903_header'));

CREATE TABLE episodes AS
SELECT "CHILD" AS child, british("DECOM") AS begun, known(british("DEC")) AS ended, "LS" AS legal_status,
       nullif("PLACE", '') AS place, nullif("URN", '') AS urn, "REC" AS why_ended
FROM (SELECT DISTINCT * FROM raw('ssda903_episodes')) WHERE british("DECOM") <= quarter_end();

-- Episodes other than series of short breaks that touch are one period of care.
CREATE TABLE periods_of_care AS
WITH ordered AS (
    SELECT child, begun, why_ended, coalesce(ended, DATE '9999-12-31') AS until,
           max(coalesce(ended, DATE '9999-12-31'))
               OVER (PARTITION BY child ORDER BY begun, coalesce(ended, DATE '9999-12-31')
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM episodes WHERE legal_status NOT IN ('V3', 'V4')
), numbered AS (
    SELECT *, count(CASE WHEN reached IS NULL OR begun > reached THEN 1 END)
                  OVER (PARTITION BY child ORDER BY begun, until ROWS UNBOUNDED PRECEDING) AS island
    FROM ordered
), joined AS (
    SELECT child, min(begun) AS begun, nullif(max(until), DATE '9999-12-31') AS ended,
           arg_max(why_ended, begun) AS ending
    FROM numbered GROUP BY child, island
)
SELECT joined.*, birth, gender, ethnicity FROM joined LEFT JOIN people USING (child);

-- A stay in one home: the same, as long as kind of home and its number stay equal.
CREATE TABLE placements AS
WITH ordered AS (
    SELECT child, place, urn, begun, coalesce(ended, DATE '9999-12-31') AS until,
           lag(begun) OVER w AS begun_before, lag(place) OVER w AS place_before, lag(urn) OVER w AS urn_before,
           lag(coalesce(ended, DATE '9999-12-31')) OVER w AS until_before
    FROM episodes WHERE legal_status NOT IN ('V3', 'V4')
    WINDOW w AS (PARTITION BY child ORDER BY begun, coalesce(ended, DATE '9999-12-31'))
), numbered AS (
    SELECT *, count(CASE WHEN begun_before IS NULL OR begun > until_before OR place IS DISTINCT FROM place_before
                              OR urn IS DISTINCT FROM urn_before THEN 1 END)
                  OVER (PARTITION BY child ORDER BY begun, until ROWS UNBOUNDED PRECEDING) AS island
    FROM ordered
)
SELECT child, min(begun) AS begun, nullif(max(until), DATE '9999-12-31') AS ended
FROM numbered GROUP BY child, island;

CREATE TABLE missing AS
SELECT "MISSING" AS kind, british("MIS_START") AS begun
FROM (SELECT DISTINCT * FROM raw('ssda903_missing')) WHERE british("MIS_START") <= quarter_end();

CREATE TABLE care_visits AS
SELECT british("Due") AS due, british("Held") AS held
FROM (SELECT DISTINCT * FROM raw('care_visits')) WHERE british("Due") <= quarter_end();

CREATE TABLE care_reviews AS
SELECT british("Due") AS due, british("Held") AS held, nullif("Child Took Part", '') AS took_part
FROM (SELECT DISTINCT * FROM raw('care_reviews')) WHERE british("Due") <= quarter_end();

CREATE TABLE return_interviews AS
SELECT british("Returned") AS returned, british("Held") AS held
FROM (SELECT DISTINCT * FROM raw('return_interviews')) WHERE british("Returned") <= quarter_end();

CREATE TABLE unregistered_homes AS
SELECT british("Start") AS begun, known(british("End")) AS ended
FROM (SELECT DISTINCT * FROM raw('unregistered_homes')) WHERE british("Start") <= quarter_end();

CREATE TABLE care_leavers AS
SELECT british("DOB") AS birth, "IN_TOUCH" AS in_touch, "ACTIV" AS activity, "ACCOM" AS accommodation
FROM (SELECT DISTINCT * FROM raw('ssda903_oc3'));

CREATE TABLE leaving_care AS
SELECT "Child Unique ID" AS child, british("Start") AS begun, known(british("End")) AS ended
FROM (SELECT DISTINCT * FROM raw('leaving_care_cases')) WHERE british("Start") <= quarter_end();

CREATE TABLE pathway_reviews AS
SELECT "Child Unique ID" AS child, british("Reviewed") AS reviewed
FROM (SELECT DISTINCT * FROM raw('pathway_plans')) WHERE british("Reviewed") <= quarter_end();

CREATE TABLE adoptions AS
SELECT british("Date of Adoption Order") AS adopted
FROM (SELECT DISTINCT * FROM raw('annex_a_10_adoption'))
WHERE british("Date of Decision that Child Should be Placed for Adoption") <= quarter_end();

CREATE TABLE ehc_requests AS
SELECT british("Requested") AS requested, british("Issued") AS issued, "Exception" AS exceptional
FROM (SELECT DISTINCT * FROM raw('ehc_plans')) WHERE british("Requested") <= quarter_end();

CREATE TABLE ehc_caseload AS
SELECT strptime('1-' || "Month", '%d-%b-%y')::DATE AS month, "Plans Open"::DOUBLE AS plans,
       "Yearly Reviews Due"::DOUBLE AS due, "Yearly Reviews In Time"::DOUBLE AS held
FROM (SELECT DISTINCT * FROM raw('ehc_caseload'))
WHERE strptime('1-' || "Month", '%d-%b-%y')::DATE <= quarter_end();

CREATE TABLE demand AS
SELECT "Stage" AS stage, british("Opened") AS begun, known(british("Closed")) AS ended
FROM (SELECT DISTINCT * FROM raw('demand_tool')) WHERE british("Opened") <= quarter_end();

CREATE TABLE workforce AS
SELECT strptime('1-' || "Month", '%d-%b-%y')::DATE AS month, "Team" AS team,
       "Established FTE"::DOUBLE AS established, "Vacant FTE"::DOUBLE AS vacant, "Agency FTE"::DOUBLE AS agency,
       "In Post FTE"::DOUBLE AS in_post, "Cases"::DOUBLE AS cases, "Case Holders FTE"::DOUBLE AS holders,
       "Supervision Due"::DOUBLE AS due, "Supervision Held"::DOUBLE AS held,
       "Leavers In 12 Months FTE"::DOUBLE AS left_in_year, "Sickness Days"::DOUBLE AS sick,
       "Available Days"::DOUBLE AS available
FROM (SELECT DISTINCT * FROM raw('workforce'))
WHERE strptime('1-' || "Month", '%d-%b-%y')::DATE <= quarter_end();

CREATE TABLE audits AS
SELECT british("Audited") AS audited,
       CASE "Grade" WHEN 'Outstanding' THEN 'outstanding' WHEN 'Good' THEN 'good'
            WHEN 'Requires improvement' THEN 'requires_improvement' WHEN 'Inadequate' THEN 'inadequate'
            ELSE nullif("Grade", '') END AS grade,
       "Moderated" AS moderated, "Moderation Agreed" AS agreed
FROM (SELECT DISTINCT * FROM raw('audits')) WHERE british("Audited") <= quarter_end();

CREATE TABLE complaints AS
SELECT british("Received") AS received, "Stage" AS stage, british("Responded") AS responded
FROM (SELECT DISTINCT * FROM raw('complaints')) WHERE british("Received") <= quarter_end();

CREATE TABLE care_plans AS
SELECT "Child Unique ID" AS child, british("Updated") AS updated
FROM (SELECT DISTINCT * FROM raw('care_plans')) WHERE british("Updated") <= quarter_end();

CREATE TABLE babies AS
SELECT british("Entered Care") AS entered, british("Placed") AS placed
FROM (SELECT DISTINCT * FROM raw('babies')) WHERE british("Entered Care") <= quarter_end();

CREATE TABLE posts AS
SELECT british("Established") AS begun, known(british("Filled")) AS filled, known(british("Closed")) AS ended
FROM (SELECT DISTINCT * FROM raw('posts')) WHERE british("Established") <= quarter_end();

CREATE TABLE learning_actions AS
SELECT british("Due") AS due, british("Closed") AS closed
FROM (SELECT DISTINCT * FROM raw('learning_actions')) WHERE british("Raised") <= quarter_end();

CREATE TABLE manager_learning AS
SELECT british("Session Date") AS held, "Attended" AS attended, british("Workbook Due") AS due,
       british("Workbook Returned") AS returned
FROM (SELECT DISTINCT * FROM raw('manager_learning')) WHERE british("Session Date") <= quarter_end();

CREATE TABLE compliments AS
SELECT british("Received") AS received
FROM (SELECT DISTINCT * FROM raw('compliments')) WHERE british("Received") <= quarter_end();

CREATE TABLE participation AS
SELECT british("Held") AS held, "Young People"::DOUBLE AS people
FROM (SELECT DISTINCT * FROM raw('participation')) WHERE british("Held") <= quarter_end();
