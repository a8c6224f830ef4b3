-- What has been erased, so that restoring an older backup erases it again. No names: a key and a mask of classes.
create table seal_erased (
  id KEY,
  person_id INT not null,
  classes INT not null,
  erased_at TEXT not null
);
