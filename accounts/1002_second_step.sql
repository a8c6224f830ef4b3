-- Ten codes for the day the telephone is lost: only a keyed fingerprint is kept, each works once.
create table recovery_code (
  id KEY,
  user_id INT not null references user_account (id),
  code_hash TEXT not null,
  made_at TEXT not null,
  used_at TEXT
);
create index recovery_code_user on recovery_code (user_id);

-- What a user is told on their own page (and by mail, where there is one): a sentence of the program, never a name.
create table notice (
  id KEY,
  user_id INT not null references user_account (id),
  words TEXT not null,
  href TEXT not null,                   -- where it leads; a path of ours
  made_at TEXT not null,
  read_at TEXT
);
create index notice_user on notice (user_id, id);
