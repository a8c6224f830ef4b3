-- @store audit
-- Who looked at whom and who changed what. Lines hold no values. Nothing here is ever changed or removed.
create table audit_entry (
  id KEY,
  writer INT not null,         -- whose chain: one a node
  n INT not null,              -- place in that chain, from 1, without gaps
  line TEXT not null,
  hash TEXT not null,          -- SHA-256 of the hash before and this line
  mark TEXT unique,            -- of the outbox row it came from
  unique (writer, n)
);
create table audit_subject (   -- the people an entry names, for who-looked; audit_verify compares it with the lines
  id KEY,
  person_id INT not null,
  entry_id INT not null,
  classes INT not null,
  unique (person_id, entry_id)
);
-- The log of heads: each row seals the ends of chains at that moment, and the row before it.
create table audit_head (
  n INT primary key,
  at TEXT not null,
  chains TEXT not null,        -- "writer:n:hash" of each chain that grew
  hash TEXT not null
);
create table audit_writer (
  id KEY,
  began_at TEXT not null,
  sealed_n INT not null default 0  -- how much of its chain a head covers; audit_verify does not believe it
);
