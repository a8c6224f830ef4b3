-- Programs that are told: an address of an organisation's own, declared by its administrator, told that something happened by ids
-- and kinds only. Whom it is told about is what the program's own account may see.
create table hook (
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null references member_organisation (id),
  user_id INT not null references user_account (id), -- the service account it is told as
  url TEXT not null,
  secret BLOB not null,                 -- sealed; signs each message
  kinds INT not null,                   -- bits of exchange/hook.c
  made_by INT not null references user_account (id),
  made_at TEXT not null,
  ended_at TEXT
);
create index hook_organisation on hook (organisation_id);

create table hook_delivery ( -- @person
  id KEY,
  public_id TEXT not null unique,
  hook_id INT not null references hook (id),
  kind TEXT not null,
  person_id INT not null,
  record TEXT not null,                 -- public id of what it is about
  at TEXT not null,
  tries INT not null default 0,
  state TEXT not null,                  -- waiting | sent | dead | dropped (not to be told any more)
  said TEXT,                            -- what came back, in words of the program
  done_at TEXT
);
create index hook_delivery_hook on hook_delivery (hook_id, state, id);

-- How far the record of changes was read.
create table hook_place (
  id INT primary key,
  revision_id INT not null
);
