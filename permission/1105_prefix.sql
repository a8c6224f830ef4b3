-- The first one, two and three letters of each word of a name, in order of the name: a search for what many begin with walks the
-- first page of it, not the team. Derived with may_see, by the same function.
create table may_see_prefix ( -- @exported @person
  team_id INT not null,
  prefix TEXT not null,
  name_fold TEXT not null,
  person_id INT not null,
  primary key (team_id, prefix, name_fold, person_id)
);
create index may_see_prefix_person on may_see_prefix (person_id);
insert into may_see_prefix (team_id, prefix, name_fold, person_id)
select distinct w.team_id, substr(w.word, 1, l.n), m.name_fold, w.person_id
from may_see_word w
join may_see m on m.person_id = w.person_id and m.team_id = w.team_id
join (select 1 as n union all select 2 union all select 3) l on l.n > 0;
