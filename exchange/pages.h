/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_EXCHANGE_PAGES_H
#define WAYMARK_EXCHANGE_PAGES_H
#include "people/part.h"
#include "people/part.html.h"
#include "web/look/layout.h"
#include "web/look/layout.html.h"

struct exchange_option { struct str value, label; bool chosen; };
struct exchange_options { struct exchange_option *p; size_t n; };

/* Spreadsheets. */
struct import_row { struct str path, when, by, state; int64_t people; bool undoable; };
struct import_list_page {
  struct layout layout;
  struct str fault;
  struct { struct import_row *p; size_t n; } rows;
};
struct import_column { struct str name, example, field; struct exchange_options options; };
struct import_alike {
  struct str line, row_name, name, id, why, field;
  struct strs reasons; /* why they may be one person, in words */
  bool same, other;
};
struct import_remark { struct str line, cell, heading, sentence, sign; };
struct import_person { struct str line, name, phone, born; int64_t notes; };
struct import_page {
  struct layout layout;
  struct str id, fault, progress;
  int64_t rows, people, stopped, contacts, remarks_more;
  size_t sure, kept, left;
  bool looked, going, done, undone, undoing, failed, columns_open, remembered;
  struct { struct import_column *p; size_t n; } columns;
  struct { struct import_alike *p; size_t n; } alike;
  struct { struct import_remark *p; size_t n; } remarks;
  struct { struct import_person *p; size_t n; } first; /* the first few, to see it is right */
  struct exchange_options safe_ways;
};
struct import_undo_page {
  struct layout layout;
  struct str id;
  int64_t people, notes, kept, kept_unseen;
  struct { struct str *p; size_t n; } names; /* of those that stay, as far as the asker may see */
};

/* Programs that are told. */
struct hook_row { struct str path, url, kinds, program; int64_t waiting, dead; bool ended; };
struct hook_list_page {
  struct layout layout;
  struct str secret, fault, url;
  struct exchange_options programs, kinds;
  struct { struct hook_row *p; size_t n; } rows;
};
struct hook_delivery_row { struct str kind, when, said; int64_t tries; bool dead; };
struct hook_page {
  struct layout layout;
  struct str id, url;
  struct { struct hook_delivery_row *p; size_t n; } rows;
  int64_t dead;
  bool ended;
};

/* Copying out. */
struct copy_row { struct str path, name; day_t keyed; };
struct copy_list_page {
  struct person_head head;
  struct { struct copy_row *p; size_t n; } systems;
};
struct copy_value { struct str id, label, value, example; bool changed; };
struct copy_screen { struct str name, number; struct { struct copy_value *p; size_t n; } fields; };
struct copy_page {
  struct person_head head;
  struct str name, version, action, fault, reference, keyed_by;
  day_t dated, keyed_on;
  bool keyed;
  size_t changed;
  struct { struct copy_screen *p; size_t n; } screens;
};

/* Everything taken away. */
struct export_row { struct str id, when, state, digest; int64_t people; bool ready; };
struct export_page {
  struct layout layout;
  struct str fault;
  struct exchange_options bases;
  struct { struct export_row *p; size_t n; } rows;
};
#endif
