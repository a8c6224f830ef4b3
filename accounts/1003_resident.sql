-- A resident's own sign-in without e-mail: a paper card with a short code and a phrase they chose, or a link handed over
-- in the room. Opt-in: no row, no page (PRACTICE 4 and 14).
create table resident_access ( -- @person
  id KEY,
  person_id INT not null unique,
  card_hash TEXT unique,                -- keyed fingerprint of the card's code; null: the card is taken back
  phrase_hash TEXT,                     -- argon2id
  tries INT not null,                   -- wrong phrases since the last right one; five close the card
  opened_by INT not null,
  opened_at TEXT not null,
  closed_at TEXT
);
create table resident_link (
  id KEY,
  access_id INT not null references resident_access (id),
  token_hash TEXT not null unique,
  made_by INT not null,
  until_at TEXT not null,               -- ten minutes
  used_at TEXT                          -- it dies on first use
);
create index resident_link_access on resident_link (access_id);
