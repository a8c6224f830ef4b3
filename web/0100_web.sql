-- @store work
-- Sessions, drafts, one-time sentences and tries counted: all of it may be lost without losing a fact.
create table session (
  id KEY,
  token_hash TEXT not null unique,     -- SHA-256 of the cookie's token
  user_id INT not null,
  began_at TEXT not null,
  seen_at TEXT not null,
  shared INT not null default 0,       -- a computer others use too
  device TEXT not null default ''      -- "phone", "computer": for the list of sessions
);
create index session_by_user on session (user_id, id);
create table draft (
  id KEY,
  user_id INT not null,
  form TEXT not null,
  record TEXT not null,
  sealed BLOB not null,                -- the form as it would be sent, sealed under the installation's key
  saved_at TEXT not null,
  unique (user_id, form, record)
);
create table flash (
  token_hash TEXT primary key,
  sealed BLOB not null,
  at TEXT not null
);
create table limit_take (
  id KEY,
  key_hash TEXT not null,
  at TEXT not null
);
create index limit_take_key on limit_take (key_hash, at);
