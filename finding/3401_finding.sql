-- @store work
-- Searches that found nothing, counted by month. Codes and names of areas only: no words anybody typed, no person, no
-- address. need "" = none was picked; area "" = no place was given; cohort "" = no group was said.
create table search_gap (
  month TEXT not null,                 -- "2026-11"
  need TEXT not null,
  area TEXT not null,
  cohort TEXT not null,
  searches INT not null,
  primary key (month, need, area, cohort)
);
