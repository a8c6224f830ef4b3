-- What a program (or a telephone that had no signal) sent, by the key it gave: the same write twice is one. The answer holds ids and
-- numbers only.
create table api_write (
  user_id INT not null references user_account (id),
  write_key TEXT not null,
  print TEXT not null,                  -- keyed fingerprint of what was sent, so that a key is not used for something else
  answer TEXT not null,
  at TEXT not null,
  primary key (user_id, write_key)
);
