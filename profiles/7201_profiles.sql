-- What is counted of areas. The definitions come from packs/indicators and from files of an installation's own.
create table indicator (
  id KEY,
  code TEXT not null unique,
  label TEXT not null,
  topic TEXT not null,                  -- people, work, deprivation, childcare, homes, or a word of its own
  unit TEXT not null,                   -- people, jobs, places, percent, decile, rank, score, pounds_week, pounds_month
  age_band TEXT not null,               -- "16-64", "all": no rate without it
  of_code TEXT,                         -- the indicator it is a share of; null = of none
  names TEXT not null,                  -- headers it goes by in files, ";" between
  source TEXT not null,                 -- who publishes it, when a file does not say
  licence TEXT not null,
  note TEXT not null,                   -- what a reader must know
  place INT not null,                   -- order on a page
  built_in INT not null
);
-- One indicator in one edition of one source. Editions stand side by side; the same one again takes the place of itself.
create table indicator_series (
  id KEY,
  indicator_id INT not null references indicator (id),
  edition TEXT not null,                -- "2025", "March 2026"
  dated_on TEXT,                        -- the day it speaks of or came out; null = not said
  source TEXT not null,
  licence TEXT not null,
  age_band TEXT not null,
  areas INT not null,                   -- -1: another took its place; its rows are about to go
  imported_at TEXT not null,
  live_at TEXT,                         -- null while it is being written, and once another took its place
  unique (indicator_id, edition, source, age_band)
);
create table indicator_value (
  series_id INT not null references indicator_series (id),
  area_code TEXT not null,              -- as in area.code; kept by code so that a new drawing of areas loses nothing
  value REAL,                           -- null = missing
  missing TEXT,                         -- why: held (the publisher keeps it back) or none (not published)
  primary key (area_code, series_id)
);
create index indicator_value_series on indicator_value (series_id, area_code);
-- Which small area of an earlier census became which: best fit. Unchanged areas keep their code and need no row.
create table area_link (
  old_code TEXT not null,
  new_code TEXT not null,
  change TEXT not null,                 -- U unchanged, S split, M merged, X irregular, as the ONS lookup says; "" = not said
  edition TEXT not null,
  source TEXT not null,
  primary key (old_code, new_code)
);
create index area_link_new on area_link (new_code, old_code);
