/* record: one definition per record, and everything that follows from it.
 *
 * `directory/service.def` lists fields, one per line:
 *     FIELD(TEXT,  name,    REQUIRED | SEARCHED, "Name", 200, "What people call it", OPEN)
 * and is included exactly twice: once for the struct, once for a const table of struct field:
 *     struct service {
 *       RECORD_HEAD                         (id, public_id, created_at, changed_at, version)
 *     #define FIELD RECORD_MEMBER
 *     #include "directory/service.def"
 *     };
 *     static const struct field service_fields[] = {
 *     #define FIELD(...) RECORD_ROW(struct service, __VA_ARGS__)
 *     #include "directory/service.def"
 *     };
 *     const struct record_type service_type = RECORD_TYPE(service, "service", "Service",
 * service_fields); (each .def ends with #undef FIELD). From the table come DDL, forms, validation,
 * CSV in and out, JSON, the data dictionary, the audit diff, redaction by class and invented data.
 * A field is one line here and one generated migration. Locally chosen questions build the same
 * struct field at run time (offset -1); reach values through field_get/field_set. */
#ifndef WAYMARK_RECORD_H
#define WAYMARK_RECORD_H
#include <stdlib.h>
#include "base/base.h"
#include "db/db.h"

enum kind {            /* the C type of each is given by RECORD_C_<kind> */
            KIND_TEXT, /* one line                              struct str   limit = characters */
            KIND_LONG, /* several lines                         struct str   limit = characters */
            KIND_INT,  /* whole number                          int64_t      limit = largest;
                          NUMBER_NONE = not known */
            KIND_DECIMAL, /* measured number                       double       NAN = not known */
            KIND_MONEY,   /* pence                                 int64_t      NUMBER_NONE = not
                             known */
            KIND_DAY,     /* local date                            day_t */
            KIND_INSTANT, /* UTC                                   instant_t */
            KIND_YESNO,   /* yes / no / not known                  int8_t       1, 0, -1 */
            KIND_CODE,    /* one code of a list                    struct str   hint's list: see
                             CODE_LIST in the label table */
            KIND_CODES,   /* several codes, separated by a space   struct str */
            KIND_LINK,    /* another record's id                   int64_t      0 = none */
            KIND_EMAIL,
            KIND_PHONE,
            KIND_URL,
            KIND_POSTCODE /*       struct str, each with its own check and tidy form */
};
#define NUMBER_NONE INT64_MIN
enum { /* flags */
       REQUIRED = 1,
       SEARCHED = 2,
       SEALED = 4,
       INDEXED = 8,
       UNIQUE = 16,
       HIDDEN = 32 /* not on the form */,
       SOURCED = 64 /* several sources may disagree; all are kept */,
       NOT_PUBLISHED = 128 /* never in a public output */,
       STAFF_ONLY = 256,
       COMPUTED = 512
};
/* Data classes (DESIGN, People). OPEN is for records about no person. Bits, so that sets are masks.
 */
enum {
  OPEN = 0,
  CLASS_IDENTITY = 1 << 0,
  CLASS_CONTACT = 1 << 1,
  CLASS_SITUATION = 1 << 2,
  CLASS_STATUS = 1 << 3,
  CLASS_HEALTH = 1 << 4,
  CLASS_OFFENCES = 1 << 5,
  CLASS_FINANCE = 1 << 6,
  CLASS_PLAN = 1 << 7,
  CLASS_CONTACTS = 1 << 8,
  CLASS_OUTCOMES = 1 << 9,
  CLASS_EQUALITY = 1 << 10,
  CLASS_SAFETY = 1 << 11,
  CLASS_COUNT = 12
};
const char *class_words(uint32_t one_class);  /* "health"; "open" for 0 */
struct field {
  const char *name, *label, *hint;
  enum kind kind;
  uint32_t flags, data_class;
  int64_t limit;
  const char *list;  /* code list or linked record type; NULL otherwise */
  long offset;       /* in the struct; -1: a local question, see struct answers */
};
#define RECORD_C_TEXT struct str
#define RECORD_C_LONG struct str
#define RECORD_C_INT int64_t
#define RECORD_C_DECIMAL double
#define RECORD_C_MONEY int64_t
#define RECORD_C_DAY day_t
#define RECORD_C_INSTANT instant_t
#define RECORD_C_YESNO int8_t
#define RECORD_C_CODE struct str
#define RECORD_C_CODES struct str
#define RECORD_C_LINK int64_t
#define RECORD_C_EMAIL struct str
#define RECORD_C_PHONE struct str
#define RECORD_C_URL struct str
#define RECORD_C_POSTCODE struct str
/* FIELD(kind, name, flags, label, limit, hint, class) and, for CODE, CODES and LINK, an eighth
 * part: the list. */
#define RECORD_MEMBER(kind, name, ...) RECORD_C_##kind name;
#define RECORD_ROW(type, kind, name, flags, label, limit, hint, ...)                               \
  RECORD_ROW_(type, kind, name, flags, label, limit, hint, __VA_ARGS__, NULL, NULL)
#define RECORD_ROW_(type, kind, name, flags, label, limit, hint, cls, list, ...)                   \
  {#name, label, hint, KIND_##kind, flags, cls, limit, list, (long)offsetof(type, name)},
#define RECORD_HEAD                                                                                \
  int64_t id;                                                                                      \
  struct uuid public_id;                                                                           \
  instant_t created_at, changed_at;                                                                \
  int64_t version;
/* The head alone: every record begins with these, so table-driven code may read and write them. */
struct record_head { RECORD_HEAD };
struct record_type {
  const char *name, *label;   /* table name; words for people */
  const struct field *fields;
  size_t n_fields, size;
  enum store store;
};
#define RECORD_TYPE(c_name, table, words, field_table)                                             \
  { table, words, field_table, countof(field_table), sizeof(struct c_name), STORE_MAIN }

/* A value of any kind, for table-driven code. Days, instants, yes/no, money and links are in i. */
struct value { enum kind kind; bool known; union { struct str s; int64_t i; double r; }; };
/* Where the answers to local questions (offset -1) live: field_get and field_set take a pointer to
 * this as the record, and the field must be one of `fields`. */
struct answers { const struct field *fields; struct value *values; size_t n; };
struct value field_get(const struct field *f, const void *record);
void field_set(const struct field *f, void *record, struct value v);
struct str value_words(struct arena *a, const struct field *f,
                       struct value v); /* for people; "Not known" when unknown */
struct str value_text(struct arena *a, const struct field *f,
                      struct value v); /* for files and forms; "" when unknown */
/* Reads what a person or a file gave. "" is unknown. False: why is one sentence for beside the
 * field. */
bool value_parse(struct arena *a, const struct field *f, struct str given, struct value *out,
                 struct why *why);
bool value_eq(struct value a, struct value b);
const struct field *field_find(const struct record_type *t,
                               struct str name); /* by name; NULL when absent */
const struct field *field_find_titled(const struct record_type *t,
                                      struct str title); /* by name or label, folded */
/* Tidy forms, usable alone. False: not one, and *out untouched. */
bool postcode_tidy(struct arena *a, struct str given,
                   struct str *out); /* "l11aa" -> "L1 1AA" (Royal Mail's shapes) */
bool phone_tidy(struct arena *a, struct str given,
                struct str *out); /* "+44(0)1510000000" -> "0151 000 0000" */
bool email_tidy(struct arena *a, struct str given, struct str *out);     /* domain in lower case */
bool url_tidy(struct arena *a, struct str given,
              struct str *out); /* http(s) only; scheme added; host lower case */
/* An address a program may be told or asked at: https, or this machine itself. web/out.h decides
 * once more at each connection. *out borrows or lives in `a`. */
bool url_of_program(struct arena *a, struct str given, struct str *out, struct why *why);
bool money_parse(struct str given,
                 int64_t *pence); /* "£6.5m", "1,200.50", "£35k"; never negative */
struct str money_words(struct arena *a, int64_t pence);                  /* "£1,200", "£12.50" */
struct str number_words(struct arena *a, int64_t n);                     /* "30,000" */
void record_clear(const struct record_type *t, void *record);  /* everything not known */

/* Rows by column name; columns the statement did not ask for stay not known. */
void record_from_row(const struct record_type *t, struct rows *r, void *record);
bool record_load(struct db *db, struct arena *a, const struct record_type *t, int64_t id,
                 void *record);
/* The rows of a type that hang on one person by its LINK field "person", oldest first; read each
 * with record_from_row. For a type without that field there are none. */
struct rows record_rows_of_person(struct db *db, struct arena *a, const struct record_type *t,
                                  int64_t person_id);
bool record_load_public(struct db *db, struct arena *a, const struct record_type *t, struct uuid id,
                        void *record);
/* Writes and keeps history: each change adds one `revision` row with field-by-field before and
 * after (sealed fields: only that they changed), who and when. Inside the caller's transaction.
 * Insert sets id, public_id, version 1. Update refuses with DB_CONFLICT when record->version is not
 * the stored one. */
enum db_result record_insert(struct db *db, struct arena *a, const struct record_type *t,
                             void *record, int64_t user_id, instant_t now);
enum db_result record_update(struct db *db, struct arena *a, const struct record_type *t,
                             void *record, int64_t user_id, instant_t now);
/* Takes the row away for good; its last values stay in the revision. A tombstone is a field of its
 * own, not this. */
enum db_result record_delete(struct db *db, struct arena *a, const struct record_type *t,
                             int64_t id, int64_t user_id, instant_t now);
/* Said in each revision until changed: where the change came from ("import of feed 3"); "" = a
 * person at a screen. Must outlive the writes. Per process. */
void record_change_from(struct str source);

/* History, newest first. */
struct change {
  const struct field *field;
  struct str name, before, after;
}; /* field NULL: no longer in the definition */
struct revision {
  int64_t id, version, user_id;
  instant_t at;
  struct str what;     /* "insert", "update", "delete" */
  struct str source;
  struct { struct change *p; size_t n; } changes;
};
struct revisions { struct revision *p; size_t n; };
struct revisions record_history(struct db *db, struct arena *a, const struct record_type *t,
                                int64_t id, int64_t limit);
/* Empties what each revision of one record says of values; who and when stay. For somebody who must
 * not be found. */
enum db_result record_history_forget(struct db *db, const struct record_type *t, int64_t id);
/* The same of every record of the table (a literal) whose column `person` is theirs. Before the
 * rows themselves go. */
#define RECORD_HISTORY_FORGET(db, table, person_id)                                                \
  db_run(db,                                                                                       \
         SQL("update revision set changes = '{}' where record = '" table                           \
             "' and record_id in (select id from " table " where person = ?1)"),                   \
         V(person_id))

/* Sealed fields (flag SEALED) are a BLOB column. Whoever holds the keys (permission) gives the two
 * functions, once, at start; until then writing a known value to a sealed field is DB_FAILED and
 * reading one leaves it not known. row is the whole record, so that its person can be found. */
struct record_sealing {
  bool (*seal)(struct db *db, struct arena *a, const struct record_type *t, const struct field *f,
               const void *row, struct str plain, struct str *sealed);
  bool (*open)(struct db *db, struct arena *a, const struct record_type *t, const struct field *f,
               const void *row, struct str sealed, struct str *plain);
};
void record_sealing_use(struct record_sealing s);

/* Faults found in a whole record or form, one per field. */
struct fault { const struct field *field; struct str sentence; };
struct faults { struct fault *p; size_t n; };
struct faults record_check(struct arena *a, const struct record_type *t, const void *record);
const struct fault *fault_of(const struct faults *faults, const struct field *f);

#if defined(__clang__) /* AddressSanitizer would put red zones between the entries */
#define RECORD_SECTION __attribute__((section("waymark_record"), used, no_sanitize("address")))
#else
#define RECORD_SECTION __attribute__((section("waymark_record"), used))
#endif
/* Every record type of the program: a .c file says RECORD(service_type) beside the definition. */
#define RECORD(type_variable)                                                                      \
  static const struct record_type *const type_variable##_entry RECORD_SECTION = &type_variable
struct record_types { const struct record_type *const *p; size_t n; };
struct record_types record_types(void);

/* DDL and the difference for `waymark dev migration`; schema comparison by catalogue for tests and
 * doctor. Columns may be null even where the field is REQUIRED: presence is record_check's, so that
 * drafts and imports may wait for a value. record_migration writes the statements that bring the
 * open database to the definitions ("" when nothing differs); a column that left the definition is
 * named in a comment, never dropped. */
void record_ddl(const struct record_type *t, struct buf *out);
bool record_matches_schema(struct db *db, struct arena *a, const struct record_type *t,
                           struct buf *differences);
bool record_migration(struct db *db, struct arena *a, const struct record_type *const *types,
                      size_t n, struct buf *sql, struct why *why);

/* CSV: header of labels or names, in any order; unknown columns are reported, not dropped silently.
 * LINK fields are left out of record_csv_*: their ids mean nothing outside (a domain adds its own
 * column with a name or public id). JSON: omit unknown. */
void record_csv_header(const struct record_type *t, uint32_t without_flags, struct buf *out);
void record_csv_row(const struct record_type *t, const void *record, uint32_t without_flags,
                    struct buf *out);
void record_json(const struct record_type *t, const void *record, uint32_t classes,
                 uint32_t without_flags, struct json_out *j);
void record_dictionary(const struct record_type *const *types, size_t n, struct buf *markdown);

/* Reading a file of rows. Every row is read and checked; every bad cell is in `faults`; nothing is
 * lost: bad rows are kept whole in `bad_rows` as CSV with a last column saying what to put right.
 * Rows find their record by the column "id" (public id), else by `key` (a UNIQUE field), else they
 * are new. A cell left empty does not clear what is known, unless it holds only "-". */
enum import_mode { IMPORT_DRY, IMPORT_ALL_OR_NOTHING, IMPORT_GOOD_ROWS };
struct row_fault { int64_t line; struct str column, sentence; };
struct row_source {  /* where rows come from: CSV or XLSX */
  /* Returns CSV_ROW, CSV_END or CSV_BAD as csv_next does. */
  enum csv_result (*next)(struct row_source *s, struct csv_row *row, struct why *why);
  struct strs headers;
  void *from;
};
struct import_ask {
  const struct record_type *type;
  const struct field *key;
  enum import_mode mode;
  int64_t user_id;
  instant_t now;
  size_t rows_max, faults_max;  /* 0 = 100,000 and 10,000 */
  /* Turns what a cell of a LINK column says into an id; NULL: LINK columns are unknown columns. */
  bool (*link)(struct import_ask *ask, const struct field *f, struct str given, int64_t *id,
               struct why *why);
  void (*fresh)(struct import_ask *ask,
                void *record); /* what a new record starts from, before its cells; may be NULL */
  /* Last word on a row before it is written (rules across fields); NULL = none. false: the sentence
   * is its fault. */
  bool (*check)(struct import_ask *ask, void *record, bool is_new, struct why *why);
  void (*wrote)(struct import_ask *ask, const void *record,
                bool is_new); /* inside the same transaction; may be NULL */
  void *with;
  struct db *db;
  struct arena *arena;
};
struct import_result {
  int64_t rows, added, changed, same, bad;
  struct strs unknown_columns;
  struct { struct row_fault *p; size_t n; } faults;
  bool faults_cut;     /* more than faults_max: the rest are counted in bad and kept in bad_rows */
  struct buf *bad_rows; /* given by the caller, may be NULL */
};
bool record_import(struct import_ask *ask, struct row_source *rows, struct import_result *out,
                   struct why *why);
struct row_source row_source_csv(struct csv *c);  /* after csv_headers */

/* Code lists: the choices of CODE and CODES fields. Read from packs/codes/NAME.csv (code, label,
 * hint, source, ended), built into the program; rows of table `code` (kept by codes_store, added to
 * by an administrator) join them after codes_load. A code is never taken away or given a new
 * meaning: it ends. */
struct code { struct str code, label, hint, source; bool ended; };
struct code_list { struct str name; const struct code *p; size_t n; };
const struct code_list *code_list(const char *name); /* NULL when there is none of that name */
const struct code *code_find(const struct code_list *list, struct str code);
/* By code or label, folded. */
const struct code *code_find_said(struct arena *a, const struct code_list *list, struct str said);
struct str code_label(const char *list,
                      struct str code); /* the code itself when it is not in the list */
bool codes_has(struct str codes, struct str code);              /* in a CODES value */
bool codes_parse(struct arena *a, struct str csv_text, struct code_list *out, struct why *why);
enum db_result codes_store(struct db *db, struct arena *a, instant_t now);
bool codes_load(struct db *db, struct why *why); /* into memory kept for the process */
struct code_lists { const struct code_list *p; size_t n; };
struct code_lists code_lists(void);
/* The CSV text of packs/codes/NAME.csv as built in; "" when there is none. */
struct str code_list_text(const char *name);
/* A list of the program's own that does not come from packs/codes (tests, a domain's pack). Copies
 * what it keeps. */
bool code_list_add(const char *name, struct str csv_text, struct why *why);

extern const struct migrations record_migrations;               /* 200s: revision, code */
#endif
