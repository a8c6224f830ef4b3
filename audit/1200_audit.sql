-- @store main
-- Written by a change in its own transaction, carried over to the audit store by the writer, then removed here.
create table audit_outbox (
  id KEY,
  mark TEXT not null unique,   -- random: an entry carried over twice is kept once
  line TEXT not null
);
