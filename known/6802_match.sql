-- Which people two organisations share, without names handed over (linkage/psi.h). Nothing of the other side's people is kept.

-- Our own keys, sealed under the installation's key; one row.
create table known_match_self (
  id INT primary key,
  sealed BLOB not null,
  made_at TEXT not null
);
-- Services that may take part: none until somebody says so (membership itself can be sensitive).
create table known_match_team (
  team_id INT primary key,
  since TEXT not null
);
create table known_partner (
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null unique,  -- the partner, as people are asked about it
  our_organisation_id INT not null,
  purpose TEXT not null,                -- one of the program's own codes; none is for enforcement
  project TEXT not null,                -- the same words on both sides
  cap INT not null,                     -- match keys either side may bring
  count_only INT not null,
  sign_public BLOB not null,
  box_public BLOB not null,
  made_at TEXT not null
);
create table known_match (
  id KEY,
  public_id TEXT not null unique,
  partner_id INT not null references known_partner (id),
  period TEXT not null,                 -- one run a period
  state TEXT not null,                  -- open | done | refused
  people INT not null,
  saved BLOB,                           -- between messages, sealed to ourselves; null when over
  shared INT,                           -- people of ours the other side has too
  began_at TEXT not null,
  ended_at TEXT,
  unique (partner_id, period)
);
create table known_match_person ( -- @person
  match_id INT not null references known_match (id),
  record INT not null,
  person_id INT not null,
  shared INT not null,                  -- 0 until it is over, and always in count-only runs
  primary key (match_id, record)
);
create index known_match_person_person on known_match_person (person_id, match_id);
-- What happened, each line signed with our key.
create table known_match_log (
  id KEY,
  match_id INT not null references known_match (id),
  at TEXT not null,
  said TEXT not null,
  signature BLOB not null
);
create index known_match_log_match on known_match_log (match_id, id);
