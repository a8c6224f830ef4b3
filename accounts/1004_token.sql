-- Programs that call: a token of a service account, which like anybody has one team and so one function. Only its hash is kept.
create table api_token (
  id KEY,
  public_id TEXT not null unique,
  user_id INT not null references user_account (id),
  token_hash TEXT not null unique,
  scopes INT not null,                  -- bits of accounts/token.c
  made_by INT not null references user_account (id),
  made_at TEXT not null,
  expires_on TEXT not null,             -- the last day it is good for
  revoked_at TEXT
);
create index api_token_user on api_token (user_id);

-- An account no person signs in with: it never gets a password.
alter table user_account add column service INT not null default 0;
