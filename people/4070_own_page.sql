-- What stands on somebody's own page (PRACTICE 4): whose work, and item by item what was put there or kept off. No row, no
-- page: a card opens nothing by itself. Nothing here depends on a safety flag, so no page tells that there is one.
create table own_page ( -- @person
  person_id INT primary key,
  mode TEXT not null,                   -- all: as it comes, but for what is kept off | chosen: only what was put there
  copy_hours INT not null,              -- a copy may be taken so long after it was asked for
  changed_by INT not null,
  changed_at TEXT not null
);
create table own_page_team ( -- @person
  person_id INT not null,
  team_id INT not null,
  added_by INT not null,
  added_at TEXT not null,
  primary key (person_id, team_id)
);
create table own_page_item ( -- @person
  person_id INT not null,
  kind TEXT not null,                   -- goal | step | matters | strength | appointment | contact
  item TEXT not null,                   -- its public id
  shown INT not null,
  said_by INT not null,
  said_at TEXT not null,
  primary key (person_id, kind, item)
);
