-- Three records, not one "consent" (PRACTICE 2): agreement between organisations, choice of the person, override.

-- A team supports a person. The fact most sight follows from.
create table engagement ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  team_id INT not null,
  from_day TEXT not null,
  to_day TEXT,                          -- the last day of support; null = still supported
  ended_why TEXT                        -- a code; never "failed to"
);
create index engagement_person on engagement (person_id, from_day);
create index engagement_team on engagement (team_id, from_day);

-- Who in the team carries the case.
create table caseload ( -- @exported @person
  id KEY,
  person_id INT not null,
  user_id INT not null,
  from_day TEXT not null,
  to_day TEXT
);
create index caseload_user on caseload (user_id, person_id);
create index caseload_person on caseload (person_id);

-- A dated stand-in for one worker; ends by itself (PRACTICE 14).
create table cover ( -- @exported
  id KEY,
  absent_user_id INT not null,
  standing_in_user_id INT not null,
  from_day TEXT not null,
  to_day TEXT not null,
  made_by INT not null,
  made_at TEXT not null
);
create index cover_standing_in on cover (standing_in_user_id, from_day);

create table agreement (
  id KEY,
  public_id TEXT not null unique,
  title TEXT not null,
  purpose TEXT not null,
  classes INT not null,                 -- mask of data classes it covers
  article6 TEXT not null,               -- UK GDPR Article 6 basis
  article9 TEXT,                        -- Article 9 condition, where special categories are covered
  schedule1 TEXT,                       -- Data Protection Act 2018 Schedule 1 paragraph
  article10 TEXT,                       -- condition for offences
  impact_assessment TEXT,               -- version of the DPIA
  notice_version TEXT,                  -- version of the privacy notice
  from_day TEXT not null,
  to_day TEXT,
  review_on TEXT not null,
  owner_user_id INT not null
);
create table agreement_party (
  agreement_id INT not null references agreement (id),
  organisation_id INT not null,
  capacity TEXT not null,               -- controller | joint | processor
  primary key (agreement_id, organisation_id)
);

-- What the person said, each time they were asked. The newest row counts; no row = not asked.
create table choice ( -- @person
  id KEY,
  person_id INT not null,
  organisation_id INT not null,         -- who may be told
  class INT not null,                   -- one bit
  answer TEXT not null,                 -- yes | no | withdrawn
  asked_by INT not null,
  how TEXT not null,                    -- said | signed | pressed
  language TEXT not null,
  notice_version TEXT,
  said_at TEXT not null
);
create index choice_person on choice (person_id, organisation_id, class, id);

-- Sharing with one team beyond the person's own. Live only while an agreement covers both organisations and the class,
-- and the person's newest choice for that organisation and class is yes.
create table share ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  from_organisation_id INT not null,
  team_id INT not null,
  agreement_id INT not null references agreement (id),
  classes INT not null,
  from_day TEXT not null,
  to_day TEXT,
  shared_by INT not null
);
create index share_person on share (person_id);
create index share_team on share (team_id, from_day);
create index share_agreement on share (agreement_id);

-- Without the person's choice, because something weighs more. Who decided, what, the least, told or not and why.
create table sight_override ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  team_id INT not null,
  kind TEXT not null,                   -- safeguarding | vital | legal | court
  classes INT not null,
  decided_by INT not null,
  decided_at TEXT not null,
  reason BLOB not null,                 -- sealed, class safety
  told INT not null,                    -- was the person told
  not_told_why TEXT,
  from_day TEXT not null,
  to_day TEXT not null
);
create index sight_override_person on sight_override (person_id);
create index sight_override_team on sight_override (team_id, from_day);

-- "I know this person": removes one worker from one file, without a reason shown (PRACTICE 7).
create table connection_block ( -- @exported
  person_id INT not null,
  user_id INT not null,
  made_at TEXT not null,
  primary key (person_id, user_id)
);

-- People who hide. Never in may_see; reached only by workers named here, or by breaking the glass.
create table restricted_person ( -- @person
  person_id INT not null primary key,
  public_id TEXT not null unique,
  since TEXT not null,
  made_by INT not null
);
create table restricted_worker (
  person_id INT not null,
  user_id INT not null,
  from_day TEXT not null,
  to_day TEXT,
  primary key (person_id, user_id)
);
create index restricted_worker_user on restricted_worker (user_id);
create table break_glass ( -- @person
  id KEY,
  person_id INT not null,
  user_id INT not null,
  reason_code TEXT not null,
  sentence BLOB not null,               -- sealed, class safety
  opened_at TEXT not null,
  until_at TEXT not null,               -- 60 minutes later
  reviewer_id INT,
  reviewed_at TEXT
);
create index break_glass_user on break_glass (user_id, person_id, until_at);

-- The folded name each person is listed under, given by the people domain; none for restricted people.
create table listed_name ( -- @person
  person_id INT not null primary key,
  name_fold TEXT not null
);

-- The projection every list of people starts from. Derived from the tables above and the person's folded name, written
-- in the transaction that changes any of them, rebuilt and compared each night (permission_rebuild, doctor).
create table may_see ( -- @exported @person
  team_id INT not null,
  name_fold TEXT not null,              -- "" is never stored: lists sort by it
  person_id INT not null,
  classes INT not null,
  reason TEXT not null,                 -- team | agreement | override
  from_day TEXT not null,
  to_day TEXT not null,                 -- 9999-12-31 while open
  primary key (team_id, name_fold, person_id, reason, from_day)
);
create index may_see_person on may_see (person_id);
-- The folded words of names within a team, for search as one types: scope first, then search within.
create table may_see_word ( -- @exported @person
  team_id INT not null,
  word TEXT not null,
  person_id INT not null,
  primary key (team_id, word, person_id)
);
create index may_see_word_person on may_see_word (person_id);
