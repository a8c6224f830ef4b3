-- Minutes from the middle of each ward to every live service, made at night with reach_area: a byte a service, in the
-- order of a list they share.
create table reach_list (
  id KEY,
  services BLOB not null,               -- ids, eight bytes each, little-endian, rising
  made_at TEXT not null
);
create table reach_services (
  area_code TEXT not null,
  day_kind TEXT not null,               -- weekday, sunday
  hour INT not null,
  list_id INT not null,
  minutes BLOB not null,                -- 0-120; 253 address not published; 254 it comes to people; 255 over two hours, or no way
  primary key (area_code, day_kind, hour)
);
