-- @store work
-- When a token was used last, and how often. In WORK, because reading must not write to the domain store.
create table token_use (
  token_id INT primary key,
  last_at TEXT not null,
  calls INT not null
);
