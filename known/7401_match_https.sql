-- Matching over HTTPS: the same sealed messages as by files, carried by the two installations themselves.

alter table known_partner add column address TEXT;         -- where the partner's Waymark stands; null = by files
alter table known_partner add column wanted_period TEXT;   -- the run somebody asked to begin
alter table known_partner add column said TEXT;            -- how the last attempt ended, in a sentence
alter table known_match add column taken INT not null default 0; -- messages of theirs taken, 0 to 3

-- Messages of a run: ours whole (sealed to the partner), so that one lost on its way is given again; theirs as a hash, so that the
-- same one sent again is known from another in its place. Gone when the next run with the partner begins.
create table known_match_message (
  match_id INT not null references known_match (id),
  ours INT not null,
  number INT not null,
  hash BLOB not null,
  body BLOB,
  primary key (match_id, ours, number)
);
