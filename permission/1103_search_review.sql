-- @store work
-- A worker searched for their own surname: their manager looks whether it was work (PRACTICE 7). Kept in WORK because a
-- search may change nothing in MAIN; the audit log holds the search itself.
create table search_review (
  id KEY,
  organisation_id INT not null,
  user_id INT not null,
  day TEXT not null,
  at TEXT not null,
  reviewed_by INT,
  reviewed_at TEXT,
  unique (user_id, day)
);
create index search_review_organisation on search_review (organisation_id, id);
