-- Fingerprints of telephone numbers and e-mail addresses (db/seal.h, seal_blind), so that who rings or writes is found
-- without a number standing here in the clear. None for people who hide.
create table contact_blind ( -- @person
  person_id INT not null references person (id),
  kind TEXT not null,                   -- phone | email
  blind TEXT not null,
  primary key (person_id, kind)
);
create index contact_blind_blind on contact_blind (kind, blind);
