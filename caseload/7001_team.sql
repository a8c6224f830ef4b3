-- A team's work for whoever leads it. What is said of staff is sealed under the installation's own key.

-- How many people one worker carries well, agreed with them; nobody is over a number that was never agreed.
create table worker_full (
  user_id INT not null primary key,
  people INT not null,
  agreed_on TEXT not null,
  agreed_by INT not null
);
-- Supervision: a talk between a worker and whoever leads them.
create table supervision (
  id KEY,
  public_id TEXT not null unique,
  user_id INT not null,
  by_user INT not null,
  team_id INT not null,
  on_day TEXT not null,
  words BLOB not null,
  next_on TEXT,
  made_at TEXT not null
);
create index supervision_user on supervision (user_id, on_day);
create table supervision_action (
  id KEY,
  public_id TEXT not null unique,
  supervision_id INT not null references supervision (id),
  user_id INT not null,
  words BLOB not null,
  who TEXT not null,                    -- worker | lead
  by_day TEXT,
  done_on TEXT
);
create index supervision_action_supervision on supervision_action (supervision_id, id);

-- A sample of records, drawn so that anybody can draw it again: the seed, the day and how many there were to draw from.
create table quality_sample (
  id KEY,
  public_id TEXT not null unique,
  team_id INT not null,
  seed TEXT not null,
  drawn_on TEXT not null,
  drawn_by INT not null,
  people INT not null,                  -- whom it was drawn from
  checks TEXT not null,                 -- codes of packs/team/checks.csv, as they were that day
  learned BLOB,                         -- sealed: what the team learned
  learned_on TEXT
);
create index quality_sample_team on quality_sample (team_id, id);
create table quality_item ( -- @person
  sample_id INT not null references quality_sample (id),
  person_id INT not null references person (id),
  place INT not null,
  looked_on TEXT,
  looked_by INT,
  note BLOB,                            -- sealed, class plan
  primary key (sample_id, person_id)
);
create index quality_item_person on quality_item (person_id);
create table quality_answer (
  sample_id INT not null references quality_sample (id),
  place INT not null,
  code TEXT not null,
  answer TEXT not null,                 -- yes | partly | no | not_here
  primary key (sample_id, place, code)
);

-- Somebody of another organisation works here on some days. The host knows who and when; neither sees the other's people.
create table site_guest (
  id KEY,
  public_id TEXT not null unique,
  host_team_id INT not null,
  guest_user_id INT not null,
  site TEXT not null,
  weekdays TEXT not null,               -- codes of weekdays, a space between
  from_day TEXT not null,
  to_day TEXT,
  made_by INT not null
);
create index site_guest_host on site_guest (host_team_id, from_day);
create index site_guest_user on site_guest (guest_user_id, from_day);
