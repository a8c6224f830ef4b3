-- Complaints, thanks and ideas. Words are sealed under the installation's own key, so that answering outlives what of a person's record is
-- erased; a complaint goes when it is answered and the person's plan class is erased. Never on a page of the person's record.
create table complaint ( -- @person
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null,
  person_id INT,                        -- null: somebody whose record is not here
  about_user INT,                       -- the worker it is about, who never reads it; null: nobody in particular
  kind TEXT not null,                   -- complaint | thanks | idea
  data INT not null,                    -- about how we handle what we know of them
  via TEXT not null,                    -- page | paper | said
  who BLOB,                             -- sealed: who wrote, and how to answer, when there is no record
  words BLOB not null,                  -- sealed
  wants BLOB,                           -- sealed: what they hope for
  received_on TEXT not null,
  typed_by INT,                         -- the worker who typed what came on paper; null: they wrote it themselves
  made_at TEXT not null
);
create index complaint_organisation on complaint (organisation_id, id);
create index complaint_person on complaint (person_id);
-- What happened to it, one dated fact after the other; its state is computed from them.
create table complaint_fact ( -- @person
  id KEY,
  complaint_id INT not null references complaint (id),
  what TEXT not null,                   -- acknowledged | answered | again | learned
  on_day TEXT not null,
  words BLOB,                           -- sealed: what they are told; what we change
  by_user INT,                          -- null: they themselves
  made_at TEXT not null
);
create index complaint_fact_of on complaint_fact (complaint_id, id);
