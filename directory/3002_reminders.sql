-- Who was asked by mail whether an entry is still right: once when its check falls due, once more
-- when it has been late for a while. No words are kept, only that it was asked.
create table service_reminder (
  id KEY,
  service INT not null references service (id),
  due TEXT not null,          -- the day its check falls due
  late INT not null,          -- 1 = the second time
  asked_at TEXT not null
);
create unique index service_reminder_key on service_reminder (service, due, late);
