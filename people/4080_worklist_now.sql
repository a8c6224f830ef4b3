-- Who stood on the lists of records to look at of a large team this morning (people/part.h). Written each night; read together with
-- the list's own condition and who may be seen, so that nobody put right or hidden since is among them.
create table worklist_now ( -- @exported @person
  team_id INT not null,
  list TEXT not null,
  name_fold TEXT not null, -- only the order
  person_id INT not null,
  primary key (team_id, list, name_fold, person_id)
);
create index worklist_now_person on worklist_now (person_id);
-- Whose lists are kept, and for which day.
create table worklist_made ( -- @exported
  team_id INT not null primary key,
  on_day TEXT not null
);
