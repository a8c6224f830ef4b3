-- Areas in editions, kept side by side. An edition of a kind becomes visible when its batch of work is whole (live_at).
create table area ( -- @exported
  id KEY,
  kind TEXT not null,                   -- packs/codes/area_kinds.csv
  code TEXT not null,                   -- GSS code, or one that cannot be mistaken for one
  name TEXT not null,
  name_cy TEXT,
  parent_code TEXT,                     -- the area it lies in; codes never change meaning, ids do
  edition TEXT not null,                -- "WD25", "LSOA21": which drawing
  source TEXT not null,                 -- who published it, under which licence
  lat REAL,
  lon REAL,
  outline BLOB,                         -- rings of micro-degrees (places/outline.c); null = not known
  added_at TEXT not null,
  unique (code, edition)
);
create index area_code on area (code);
create index area_parent on area (parent_code, kind);
create index area_kind on area (kind, name);

-- Every tail of a folded name that begins at a word, so that "harbour" finds "Northquay Harbour End" by a range.
create table area_tail (
  tail TEXT not null,
  area_id INT not null references area (id),
  place INT not null,                   -- order of the kind: larger areas first
  whole INT not null,                   -- 1: the tail is the whole name
  primary key (tail, area_id)
);

-- Postcodes, packed: one row for each edition and sector ("ZB1 4") holding the codes of its areas and its rows sorted by
-- the second half. Some
-- twelve thousand rows hold the whole United Kingdom, on both databases alike; a lookup reads one (doc/decisions/2001).
create table postcode_edition (
  id KEY,
  name TEXT not null unique,
  source TEXT not null,
  rows INT not null,
  imported_at TEXT not null,
  live_at TEXT                          -- null while it is being written
);
create table postcode_page (
  edition_id INT not null references postcode_edition (id),
  sector TEXT not null,
  rows INT not null,
  packed BLOB not null,
  primary key (sector, edition_id)
);
