-- The directory, after Open Referral UK. Written from directory/*.def (record_ddl); later columns come as steps of their
-- own. Days are ISO text, money is pence, codes are words of packs/codes.
create table feed (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  name TEXT,
  url TEXT,
  licence TEXT,
  profile TEXT,
  publish INT,
  walked_at TEXT,
  walk INT,
  walk_said TEXT
);
create unique index feed_public_id on feed (public_id);
create unique index feed_url on feed (url);

create table organisation ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  name TEXT,
  alternate_name TEXT,
  description TEXT,
  kind TEXT,
  website TEXT,
  email TEXT,
  phone TEXT,
  charity_number TEXT,
  company_number TEXT,
  logo TEXT,
  uri TEXT,
  parent INT references organisation(id),
  feed INT references feed(id),
  feed_ref TEXT,
  withdrawn_on TEXT,
  invented INT
);
create unique index organisation_public_id on organisation (public_id);
create index organisation_parent on organisation (parent);
create index organisation_feed on organisation (feed);
create index organisation_feed_ref on organisation (feed_ref);

create table service ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  organisation INT references organisation(id),
  name TEXT,
  alternate_name TEXT,
  summary TEXT,
  description TEXT,
  status TEXT,
  category TEXT,
  styles TEXT,
  cohorts TEXT,
  needs TEXT,
  models TEXT,
  rule TEXT,
  eligibility TEXT,
  minimum_age INT,
  maximum_age INT,
  whole_area INT,
  free INT,
  walk_in INT,
  referral_routes TEXT,
  how_to_start TEXT,
  phone TEXT,
  email TEXT,
  website TEXT,
  attending TEXT,
  languages TEXT,
  wifi INT,
  devices INT,
  places_left INT,
  places_total INT,
  waiting_days INT,
  capacity_on TEXT,
  starts TEXT,
  ends TEXT,
  accreditations TEXT,
  alert TEXT,
  assured_on TEXT,
  review_days INT,
  assurer_email TEXT,
  published_on TEXT,
  withdrawn_on TEXT,
  editor_note TEXT,
  feed INT references feed(id),
  feed_ref TEXT,
  invented INT
);
create unique index service_public_id on service (public_id);
create index service_organisation on service (organisation);
create index service_ends on service (ends);
create index service_feed on service (feed);
create index service_feed_ref on service (feed_ref);

create table location ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  organisation INT references organisation(id),
  name TEXT,
  location_type TEXT,
  address_not_published INT,
  address_1 TEXT,
  address_2 TEXT,
  city TEXT,
  county TEXT,
  postcode TEXT,
  country TEXT,
  latitude REAL,
  longitude REAL,
  transport TEXT,
  access TEXT,
  access_words TEXT,
  external_id TEXT,
  feed INT references feed(id),
  feed_ref TEXT,
  withdrawn_on TEXT,
  invented INT
);
create unique index location_public_id on location (public_id);
create index location_organisation on location (organisation);
create index location_postcode on location (postcode);
create index location_feed on location (feed);
create index location_feed_ref on location (feed_ref);

create table service_at_location ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  location INT references location(id),
  description TEXT,
  feed_ref TEXT
);
create unique index service_at_location_public_id on service_at_location (public_id);
create index service_at_location_service on service_at_location (service);
create index service_at_location_location on service_at_location (location);
create index service_at_location_feed_ref on service_at_location (feed_ref);

create table schedule (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  location INT references location(id),
  freq TEXT,
  byday TEXT,
  opens_at TEXT,
  closes_at TEXT,
  valid_from TEXT,
  valid_to TEXT,
  attending TEXT,
  description TEXT,
  feed_ref TEXT
);
create unique index schedule_public_id on schedule (public_id);
create index schedule_service on schedule (service);
create index schedule_location on schedule (location);
create index schedule_feed_ref on schedule (feed_ref);

create table directory_contact (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  organisation INT references organisation(id),
  name TEXT,
  title TEXT,
  email TEXT,
  phone TEXT,
  personal INT,
  feed_ref TEXT
);
create unique index directory_contact_public_id on directory_contact (public_id);
create index directory_contact_service on directory_contact (service);
create index directory_contact_organisation on directory_contact (organisation);
create index directory_contact_feed_ref on directory_contact (feed_ref);

create table directory_phone (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  organisation INT references organisation(id),
  location INT references location(id),
  number TEXT,
  type TEXT,
  description TEXT,
  personal INT,
  feed_ref TEXT
);
create unique index directory_phone_public_id on directory_phone (public_id);
create index directory_phone_service on directory_phone (service);
create index directory_phone_organisation on directory_phone (organisation);
create index directory_phone_location on directory_phone (location);
create index directory_phone_feed_ref on directory_phone (feed_ref);

create table cost_option (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  option TEXT,
  amount INT,
  amount_description TEXT,
  valid_from TEXT,
  valid_to TEXT,
  feed_ref TEXT
);
create unique index cost_option_public_id on cost_option (public_id);
create index cost_option_service on cost_option (service);
create index cost_option_feed_ref on cost_option (feed_ref);

create table service_funding ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  funder TEXT,
  amount INT,
  kind TEXT,
  starts TEXT,
  ends TEXT,
  note TEXT,
  feed_ref TEXT
);
create unique index service_funding_public_id on service_funding (public_id);
create index service_funding_service on service_funding (service);
create index service_funding_ends on service_funding (ends);
create index service_funding_feed_ref on service_funding (feed_ref);

create table service_area ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  name TEXT,
  code TEXT,
  feed_ref TEXT
);
create unique index service_area_public_id on service_area (public_id);
create index service_area_service on service_area (service);
create index service_area_code on service_area (code);
create index service_area_feed_ref on service_area (feed_ref);

create table taxonomy (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  name TEXT,
  description TEXT,
  uri TEXT,
  taxonomy_version TEXT,
  code_list TEXT,
  feed INT references feed(id),
  feed_ref TEXT
);
create unique index taxonomy_public_id on taxonomy (public_id);
create index taxonomy_code_list on taxonomy (code_list);
create index taxonomy_feed on taxonomy (feed);
create index taxonomy_feed_ref on taxonomy (feed_ref);

create table taxonomy_term (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  taxonomy INT references taxonomy(id),
  parent INT references taxonomy_term(id),
  code TEXT,
  name TEXT,
  description TEXT,
  term_uri TEXT,
  feed_ref TEXT
);
create unique index taxonomy_term_public_id on taxonomy_term (public_id);
create index taxonomy_term_taxonomy on taxonomy_term (taxonomy);
create index taxonomy_term_parent on taxonomy_term (parent);
create index taxonomy_term_code on taxonomy_term (code);
create index taxonomy_term_feed_ref on taxonomy_term (feed_ref);

create table term_link (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  service INT references service(id),
  term INT references taxonomy_term(id),
  value TEXT,
  feed_ref TEXT
);
create unique index term_link_public_id on term_link (public_id);
create index term_link_service on term_link (service);
create index term_link_term on term_link (term);
create index term_link_feed_ref on term_link (feed_ref);

create table fact_source ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  record TEXT,
  record_id INT,
  field TEXT,
  value TEXT,
  source TEXT,
  as_of TEXT,
  chosen INT,
  note TEXT
);
create unique index fact_source_public_id on fact_source (public_id);
create index fact_source_record_id on fact_source (record_id);

create table scheme ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  name TEXT,
  kind TEXT,
  category TEXT,
  place TEXT,
  areas TEXT,
  area_near INT,
  lead TEXT,
  funders TEXT,
  amount TEXT,
  amount_total INT,
  amount_parts TEXT,
  started TEXT,
  ended TEXT,
  dates_said TEXT,
  cohorts TEXT,
  for_said TEXT,
  styles TEXT,
  help_said TEXT,
  models TEXT,
  model_said TEXT,
  eligibility_said TEXT,
  rule TEXT,
  figures TEXT,
  capability TEXT,
  scenarios TEXT,
  source TEXT,
  standing TEXT,
  standing_on TEXT,
  standing_source TEXT,
  review_days INT
);
create unique index scheme_public_id on scheme (public_id);

create table national_programme ( -- @exported
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  row_number INT,
  name TEXT,
  named INT,
  cohort_group TEXT,
  sub_group TEXT,
  counted TEXT,
  source TEXT
);
create unique index national_programme_public_id on national_programme (public_id);
create unique index national_programme_row_number on national_programme (row_number);
create index national_programme_cohort_group on national_programme (cohort_group);

-- Every record a feed has shown us: its hash (unchanged ones are skipped), the raw text (unknown fields are kept), and the
-- walk that saw it last. missing_since: a whole walk did not show it any more.
create table feed_record (
  id KEY,
  feed INT not null references feed(id),
  kind TEXT not null,
  ref TEXT not null,
  record_id INT,
  hash TEXT not null,
  raw TEXT not null,
  seen_walk INT not null,
  fetched_at TEXT not null,
  missing_since TEXT
);
create unique index feed_record_key on feed_record (feed, kind, ref);

-- One row: a number that grows with every change of the directory, so that each process knows when its picture is old.
create table directory_state (
  id INT not null primary key,
  generation INT not null
);
insert into directory_state (id, generation) values (1, 1);
