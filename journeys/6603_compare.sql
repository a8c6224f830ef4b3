-- Another timetable beside the one in use: what is proposed, or what was. Its files and its region lie in the data folder
-- under compare/PUBLIC_ID; the minutes it would give are made by the job "reach compare" and held against reach_area.
create table reach_comparison (
  id KEY,
  public_id TEXT not null unique,
  name TEXT not null,
  added_at TEXT not null,
  made_on TEXT,                         -- null = not worked out yet
  weekday_on TEXT,
  sunday_on TEXT
);
create table reach_compared (
  comparison_id INT not null references reach_comparison (id),
  area_code TEXT not null,
  day_kind TEXT not null,
  hour INT not null,
  provider INT not null,                -- as in reach_area
  jobs INT not null,
  childcare INT not null,
  primary key (comparison_id, area_code, day_kind, hour)
);
