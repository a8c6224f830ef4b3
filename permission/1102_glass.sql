-- Opening a record in an emergency: who reviews it, what they found (PRACTICE 2; SECURITY-REQUIREMENTS 1, D5).
alter table break_glass add column public_id TEXT;
alter table break_glass add column organisation_id INT; -- whose manager or safeguarding lead reviews it
alter table break_glass add column finding TEXT;        -- needed | mistake | concern
alter table break_glass add column note BLOB;           -- the reviewer's words, sealed, class safety
create index break_glass_review on break_glass (organisation_id, reviewed_at, id);

-- Whom a team sees beyond its workers' own caseloads is a choice with a reason, kept (PRACTICE 7).
create table team_sees (
  id KEY,
  team_id INT not null,
  sees TEXT not null,                   -- own | team | organisation
  reason TEXT not null,
  chosen_by INT not null,
  chosen_at TEXT not null
);
create index team_sees_team on team_sees (team_id, id);

-- Agreements are looked at again by a date; each look is kept.
create table agreement_review (
  id KEY,
  agreement_id INT not null references agreement (id),
  reviewed_by INT not null,
  reviewed_on TEXT not null,
  next_on TEXT not null,
  words TEXT not null
);
create index agreement_review_agreement on agreement_review (agreement_id, id);
