-- Places people need to reach, beside the services of the directory: employers with their jobs, nurseries. Nothing about a person.
create table reach_target (
  id KEY,
  kind TEXT not null,                   -- jobs, childcare
  name TEXT not null,
  lat INT not null,                     -- millionths of a degree, WGS 84
  lon INT not null,
  weight INT not null,                  -- jobs there; 1 for a nursery
  source TEXT not null,
  unique (kind, name, source)
);
-- Minutes from the middle of each ward and small area to the nearest of each kind, made at night (job "reach areas").
create table reach_area (
  id KEY,
  area_code TEXT not null,
  day_kind TEXT not null,               -- weekday, sunday
  hour INT not null,                    -- setting out within this hour
  provider INT not null,                -- minutes at half the departures; -1 = over two hours, or no way
  jobs INT not null,                    -- to so many places that they hold 1,000 jobs
  childcare INT not null,
  unique (area_code, day_kind, hour)
);
-- Which days the table above is of, and when it was made.
create table reach_state (
  id KEY,
  made_on TEXT,                         -- null = never
  weekday_on TEXT,
  sunday_on TEXT
);
insert into reach_state (id) values (1);
