-- @store keys
-- One wrapped key per person and data class (db/seal.h). Person 0 is the installation itself.
create table seal_key (
  person_id INT not null,
  class INT not null,
  wrapped BLOB not null,          -- nonce, then the 32-byte key sealed under the master key
  made_at TEXT not null,
  primary key (person_id, class)
);
