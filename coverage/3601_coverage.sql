-- Estimated people, as others publish them: one row for each area, cohort, age band, edition and source. Estimates that
-- disagree stay side by side; the newest edition is counted.
create table population_estimate (
  id KEY,
  area_code TEXT not null,              -- as in area.code; kept by code so that a new drawing of areas loses nothing
  cohort TEXT not null,                 -- packs/codes/cohorts.csv
  age_band TEXT not null,               -- "16-64"; every rate names it
  edition TEXT not null,                -- the year or release
  source TEXT not null,                 -- who published it
  value INT not null,
  unit TEXT not null,                   -- people
  added_at TEXT not null,
  unique (area_code, cohort, age_band, edition, source)
);
-- Grows with every import, so that what is kept in memory is read again.
create table coverage_state (
  id KEY,
  estimates INT not null
);
insert into coverage_state (id, estimates) values (1, 0);
