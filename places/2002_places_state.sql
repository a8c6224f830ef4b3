-- One number that grows with every change of an area, so that what was worked out from areas is known to be old.
create table places_state (
  id INT not null primary key,
  generation INT not null
);
insert into places_state (id, generation) values (1, 1);
