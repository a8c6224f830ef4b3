-- Access requests (UK GDPR Article 15): everything kept of somebody, collected once, read page by page by two people, handed over.
create table access_request ( -- @person
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null,
  person_id INT not null,
  asked_on TEXT not null,
  via TEXT not null,                    -- page | paper | said
  shown INT not null,                   -- stands on their own page
  typed_by INT,                         -- null: they asked on their page
  made_at TEXT not null
);
create index access_request_person on access_request (person_id, id);
create index access_request_organisation on access_request (organisation_id, id);
create table access_fact ( -- @person
  id KEY,
  request_id INT not null references access_request (id),
  what TEXT not null,                   -- collected | extended | released | handed | withdrawn
  on_day TEXT not null,
  words BLOB,                           -- sealed, class plan: why it takes longer; how it was handed over
  by_user INT,
  made_at TEXT not null
);
create index access_fact_of on access_fact (request_id, id);
-- A page of what is kept, as it stood when it was collected, and what two people decided about it.
create table access_page ( -- @person
  id KEY,
  request_id INT not null references access_request (id),
  person_id INT not null,
  number INT not null,
  class INT not null,
  roles INT not null,                   -- who of the team may read it; 0: whoever sees its class
  title TEXT not null,
  on_day TEXT,
  words BLOB not null,                  -- sealed under its class
  choice TEXT,                          -- whole | part | out
  reason TEXT,                          -- third_party | danger | legal
  cut BLOB,                             -- sealed under its class: the passages left out, one a line
  first_by INT,
  first_at TEXT,
  second_by INT,
  second_at TEXT
);
create unique index access_page_number on access_page (request_id, number);
create index access_page_person on access_page (person_id);
