/* pages: handlers and what their views show. Private to directory/. */
#ifndef WAYMARK_DIRECTORY_PAGES_H
#define WAYMARK_DIRECTORY_PAGES_H
#include "directory/inside.h"
#include "record/form.h"
#include "web/page.h"

/* A sentence in the language of whoever asks. */
#define SAID_OF(rq, english) words_of((enum language)(rq)->lang, T(english))
struct str editor_name(struct request *rq, int64_t user_id);
struct str source_value_words(struct request *rq, const struct record_type *t,
                              const struct fact_source *s);
struct str when_words(struct request *rq, instant_t t);      /* "21 November 2026 at 14:05" */

/* Open Referral UK (oruk_pages.c). */
handler oruk_services, oruk_one_service, oruk_at_locations, oruk_one_at_location,
    oruk_organisations, oruk_one_organisation, oruk_taxonomies, oruk_one_taxonomy, oruk_terms,
    oruk_one_term;

/* ---- Editors (editor_pages.c, edit_pages.c, files_pages.c, feed_pages.c). */
handler editor_list, editor_reminders, editor_history, edit_show, edit_save, edit_act, part_show,
    part_save, part_remove, source_save, files_show, files_download, files_take, feeds_show,
    feeds_save, feeds_read;

/* A record type an editor may open: /directory/services/{id} and its sisters. */
struct editable {
  const char *path;                     /* "services" */
  const struct record_type *type;
  const char *one, *many;               /* "service", "Services" */
  const struct edit_group *groups;
};
/* A form is shown in groups; the first is open, the rest fold. */
struct edit_group { const char *title; const char *const *fields; };
/* What belongs to a service and is edited apart. */
struct service_part {
  const char *path, *title, *add;
  const struct record_type *type;
  const char *const *fields;
};
extern const struct editable editables[];
extern const struct service_part parts[];
extern const size_t editables_n, parts_n;
const struct editable *
editable_of(struct request *rq); /* from the path; NULL after replying not found */

/* What must hold across the fields of an entry: the next fault from check *from on, as the name of
 * its field and a sentence; NULL when everything holds. May tidy what it checks (times). */
struct entry_ask {
  struct arena *arena;
  enum language lang;
};
const char *entry_check(const struct record_type *t, void *record, const struct entry_ask *ask,
                        size_t *from, struct str *said);
/* The same on a form: every fault beside its field, unless the field has one already. */
void edit_check(struct request *rq, const struct record_type *t, void *record,
                struct faults *faults);

struct edit_page;
void edit_parts(struct request *rq, int64_t service, struct edit_page *p);
void edit_fault(struct request *rq, const struct record_type *t, struct faults *faults,
                const char *field, struct str sentence);
void place_point(struct db *db,
                 struct location *l); /* from its postcode, when that is known here */

struct editor_row {
  struct str path, name, organisation, state, why, due, asked;
  bool live, quiet;             /* live: a good sign; quiet: neither good nor due */
  struct str id;                /* public id, for "I checked this today" */
  struct str phone;
};
struct option { struct str value, label; bool chosen; };
struct editor_list_page {
  struct layout layout;
  const struct editable *kind;
  struct { const struct option *p; size_t n; } kinds, states;
  struct str search;
  bool services;
  struct { const struct editor_row *p; size_t n; } rows;
  size_t total, first;          /* of all that fit; number of the first shown, from 1 */
  struct str before, after;     /* addresses of the pages before and after; "" = none */
  int64_t to_check;
};
struct editor_reminders_page {
  struct layout layout;
  bool mail; /* those who answer for an entry are asked by mail */
  struct { const struct editor_row *p; size_t n; } rows;
  size_t total;
};
struct history_change { struct str label, before, after; };
struct history_row {
  struct str when, who, what, source;
  struct { const struct history_change *p; size_t n; } changes;
};
struct history_page {
  struct layout layout;
  struct str name, back;
  struct { const struct history_row *p; size_t n; } rows;
};
struct group_view { struct str title; struct markup fields; bool open; };
struct part_row { struct str words, path; };
struct part_view {
  struct str title, add, add_path;
  struct {
    const struct part_row *p;
    size_t n;
  } rows;
};
struct source_row { struct str field, value, source, as_of; bool chosen, disagrees; };
struct edit_page {
  struct layout layout;
  struct str title, action, back, history, public_path;
  struct str fault;             /* of the whole form: somebody else was first */
  struct markup summary, version;
  struct { const struct group_view *p; size_t n; } groups;
  bool is_new, service, published;
  struct str state, sentence, changed;
  struct { const struct part_view *p; size_t n; } parts;
  struct { const struct source_row *p; size_t n; } sources;
  struct { const struct option *p; size_t n; } source_fields;
  struct { const struct str *p; size_t n; } organisations; /* names to choose from as one types */
};
struct part_page {
  struct layout layout;
  struct str title, action, back, remove;
  struct markup fields;
  struct { const struct option *p; size_t n; } which; /* which area was meant */
  bool area, place_is_new;
  struct str existing, existing_fault; /* a building the directory has, by its words */
  struct { const struct str *p; size_t n; } buildings;
};
/* part_places.c. */
bool part_area_choose(struct request *rq, struct service_area *w, struct str *fault,
                      struct part_page *p);
void part_buildings_offer(struct request *rq, struct part_page *p);
int64_t part_building_named(struct request *rq, struct str typed);
/* A kind of file: every entry of one type (files_kinds.c). */
struct file_kind { const char *path, *label; const struct record_type *type; };
extern const struct file_kind file_kinds[];
extern const size_t file_kinds_n;
const struct file_kind *file_kind_named(struct str path); /* NULL: there is no such kind */
struct rows file_rows(struct db *db, struct arena *a, const struct record_type *t);
bool file_link_column(const struct field *f);
struct str file_link_text(struct db *db, struct arena *a, const struct field *f, int64_t id);
bool file_link_read(struct import_ask *ask, const struct field *f, struct str given, int64_t *id,
                    struct why *why);

struct files_fault { int64_t line; struct str column, sentence; };
struct files_page {
  struct layout layout;
  struct str fault, text;       /* text: the file, to be sent again as it is */
  struct str kind;              /* which kind of file it is */
  struct { const struct option *p; size_t n; } kinds;
  bool done, dry;
  int64_t rows, added, changed, same, bad;
  struct { const struct files_fault *p; size_t n; } faults;
  bool faults_cut;
  struct { const struct str *p; size_t n; } unknown;
  struct str bad_rows;
};
struct feed_row { struct str name, url, licence, when, said, id; int64_t records, missing; };
struct feeds_page {
  struct layout layout;
  struct { const struct feed_row *p; size_t n; } rows;
  struct markup form;
};

/* ---- Everybody (public_pages.c). */
handler public_service, public_organisation;
struct time_row { struct str day, hours; };
struct place_view {
  struct str name, address, transport, door, access, access_words;
  bool hidden;
};
struct contact_view { struct str name, phone, email; };
struct said_twice { struct str label; struct { const struct source_row *p; size_t n; } sources; };
struct service_page {
  struct layout layout;
  struct str name, summary, alert, organisation, organisation_path, phone, email, website,
      how_to_start;
  enum standing_state state;
  struct str standing, open_now;
  struct { const struct str *p; size_t n; } paragraphs;
  struct { const struct time_row *p; size_t n; } times;
  struct { const struct place_view *p; size_t n; } places;
  struct { const struct contact_view *p; size_t n; } contacts;
  struct { const struct str *p; size_t n; } who, not_said, facts;
  struct { const struct said_twice *p; size_t n; } disagreements;
  struct { const struct str *p; size_t n; } funders;
  struct str ends, checked, review_due, who_words;
  struct str id; /* "" when no place of it is published: there is no way to tell */
  bool self_referral, invented;
};
struct organisation_page {
  struct layout layout;
  struct str name, description, phone, email, website;
  struct { const struct editor_row *p; size_t n; } services;
};
#endif
