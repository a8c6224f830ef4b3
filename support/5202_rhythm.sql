-- How often they agreed to talk stands in the plan; what counts is the newest plan they agreed to (plan_rhythm, written with
-- the agreement). None for people who hide: theirs is read from the plan itself.
alter table plan_revision add column rhythm_days INT;
create table plan_rhythm ( -- @exported @person
  person_id INT not null primary key,
  days INT not null
);
