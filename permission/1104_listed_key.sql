-- What a question "is this person already known here?" is found by: keyed fingerprints (db/seal.h, seal_blind, cut to 64 bits) of
-- what two records of one person are likely to share. No name, day or number can be worked out from them without the
-- installation's key. None for people who hide. Given by the domain known; doc/decisions/6801-keys-within-a-scope.md says why they
-- stand here.
create table listed_key ( -- @exported @person
  person_id INT not null,
  key INT not null,
  primary key (key, person_id)
);
create index listed_key_person on listed_key (person_id);
-- The same within what a team may see, so that a question never meets anybody else's people: scope first, then search.
-- Derived with may_see, by the same function.
create table may_see_key ( -- @exported @person
  team_id INT not null,
  key INT not null,
  person_id INT not null,
  primary key (team_id, key, person_id)
);
create index may_see_key_person on may_see_key (person_id);
