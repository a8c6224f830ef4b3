-- Whose staff use this Waymark. A member organisation is a controller (or processor) of people's data; it is not the
-- directory's organisation, which may have no account at all. directory_id joins the two when they are the same body.
create table member_organisation ( -- @exported
  id KEY,
  public_id TEXT not null unique,
  name TEXT not null,
  directory_id TEXT,
  invented INT not null default 0,      -- 1: part of the demo place
  created_at TEXT not null,
  ended_at TEXT
);

-- One function a team (PRACTICE 1): support, commissioning, ..., enforcement. It never changes: a team that does
-- something else is another team.
create table team ( -- @exported
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null references member_organisation (id),
  name TEXT not null,
  function INT not null,                -- enum function of web/web.h
  sees TEXT not null default 'own',     -- own caseload and cover | team | organisation (a recorded choice, PRACTICE 7)
  created_at TEXT not null,
  ended_at TEXT
);
create index team_organisation on team (organisation_id);

create table user_account ( -- @exported
  id KEY,
  public_id TEXT not null unique,
  sign_in TEXT not null unique,         -- what is typed, folded; an e-mail address or a short name
  name TEXT not null,
  does TEXT,                            -- demo personas: one sentence saying what they do; null otherwise
  team_id INT not null references team (id),
  password_hash TEXT,                   -- null: an invitation not yet taken up
  totp_secret BLOB,                     -- sealed under the installation's key; null until enrolled
  totp_last_step INT not null default 0,-- a code works once
  dbs_checked_on TEXT,
  safeguarding_trained_on TEXT,
  invented INT not null default 0,
  created_at TEXT not null,
  password_changed_at TEXT,
  disabled_at TEXT
);
create index user_account_team on user_account (team_id);

-- Roles a user holds, dated, so that "who could do what in March" has an answer.
create table user_role (
  id KEY,
  user_id INT not null references user_account (id),
  role INT not null,                    -- one bit of enum role in web/web.h
  from_day TEXT not null,
  to_day TEXT
);
create index user_role_user on user_role (user_id);
