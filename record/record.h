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
 *     const struct record_type service_type = RECORD_TYPE(service, "service", "Service", service_fields);
 * (each .def ends with #undef FIELD). From the table come DDL, forms, validation, CSV in and out, JSON, the data
 * dictionary, the audit diff, redaction by class and invented data. A field is one line here and one generated migration.
 * Locally chosen questions build the same struct field at run time (offset -1); reach values through field_get/field_set. */
#ifndef WAYMARK_RECORD_H
#define WAYMARK_RECORD_H
#include <stdlib.h>
#include "base/base.h"
#include "db/db.h"

enum kind { /* the C type of each is given by RECORD_C_<kind> */
  KIND_TEXT,      /* one line                              struct str   limit = characters */
  KIND_LONG,      /* several lines                         struct str   limit = characters */
  KIND_INT,       /* whole number                          int64_t      limit = largest; NUMBER_NONE = not known */
  KIND_DECIMAL,   /* measured number                       double       NAN = not known */
  KIND_MONEY,     /* pence                                 int64_t      NUMBER_NONE = not known */
  KIND_DAY,       /* local date                            day_t */
  KIND_INSTANT,   /* UTC                                   instant_t */
  KIND_YESNO,     /* yes / no / not known                  int8_t       1, 0, -1 */
  KIND_CODE,      /* one code of a list                    struct str   hint's list: see CODE_LIST in the label table */
  KIND_CODES,     /* several codes, separated by a space   struct str */
  KIND_LINK,      /* another record's id                   int64_t      0 = none */
  KIND_EMAIL, KIND_PHONE, KIND_URL, KIND_POSTCODE /*       struct str, each with its own check and tidy form */
};
#define NUMBER_NONE INT64_MIN
enum { /* flags */
  REQUIRED = 1, SEARCHED = 2, SEALED = 4, INDEXED = 8, UNIQUE = 16, HIDDEN = 32 /* not on the form */,
  SOURCED = 64 /* several sources may disagree; all are kept */, NOT_PUBLISHED = 128 /* never in a public output */,
  STAFF_ONLY = 256, COMPUTED = 512
};
/* Data classes (DESIGN, People). OPEN is for records about no person. Bits, so that sets are masks. */
enum {
  OPEN = 0, CLASS_IDENTITY = 1 << 0, CLASS_CONTACT = 1 << 1, CLASS_SITUATION = 1 << 2, CLASS_STATUS = 1 << 3,
  CLASS_HEALTH = 1 << 4, CLASS_OFFENCES = 1 << 5, CLASS_FINANCE = 1 << 6, CLASS_PLAN = 1 << 7, CLASS_CONTACTS = 1 << 8,
  CLASS_OUTCOMES = 1 << 9, CLASS_EQUALITY = 1 << 10, CLASS_SAFETY = 1 << 11, CLASS_COUNT = 12
};
struct field {
  const char *name, *label, *hint;
  enum kind kind;
  uint32_t flags, data_class;
  int64_t limit;
  const char *list;  /* code list or linked record type; NULL otherwise */
  long offset;       /* in the struct; -1: a local question, value in table answer */
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
/* FIELD(kind, name, flags, label, limit, hint, class) and, for CODE, CODES and LINK, an eighth part: the list. */
#define RECORD_MEMBER(kind, name, ...) RECORD_C_##kind name;
#define RECORD_ROW(type, kind, name, flags, label, limit, hint, ...)                                \
  RECORD_ROW_(type, kind, name, flags, label, limit, hint, __VA_ARGS__, NULL, NULL)
#define RECORD_ROW_(type, kind, name, flags, label, limit, hint, cls, list, ...)                    \
  {#name, label, hint, KIND_##kind, flags, cls, limit, list, (long)offsetof(type, name)},
#define RECORD_HEAD int64_t id; struct uuid public_id; instant_t created_at, changed_at; int64_t version;
struct record_type {
  const char *name, *label;   /* table name; words for people */
  const struct field *fields;
  size_t n_fields, size;
  enum store store;
};
#define RECORD_TYPE(c_name, table, words, field_table)                                              \
  {table, words, field_table, countof(field_table), sizeof(struct c_name), STORE_MAIN}

/* A value of any kind, for table-driven code. */
struct value { enum kind kind; bool known; union { struct str s; int64_t i; double r; }; };
struct value field_get(const struct field *f, const void *record);
void field_set(const struct field *f, void *record, struct value v);
struct str value_words(struct arena *a, const struct field *f, struct value v);  /* for people; "Not known" when unknown */
struct str value_text(struct arena *a, const struct field *f, struct value v);   /* for files and forms; "" when unknown */
/* Reads what a person or a file gave. "" is unknown. False: why is one sentence for beside the field. */
bool value_parse(struct arena *a, const struct field *f, struct str given, struct value *out, struct why *why);
void record_clear(const struct record_type *t, void *record);  /* everything not known */

/* Rows by column name; columns the statement did not ask for stay not known. */
void record_from_row(const struct record_type *t, struct rows *r, void *record);
bool record_load(struct db *db, struct arena *a, const struct record_type *t, int64_t id, void *record);
bool record_load_public(struct db *db, struct arena *a, const struct record_type *t, struct uuid id, void *record);
/* Writes and keeps history: each change adds one `revision` row with field-by-field before and after (sealed fields: only
 * that they changed), who and when. Inside the caller's transaction. Insert sets id, public_id, version 1. Update refuses
 * with DB_CONFLICT when record->version is not the stored one. */
enum db_result record_insert(struct db *db, struct arena *a, const struct record_type *t, void *record, int64_t user_id,
                             instant_t now);
enum db_result record_update(struct db *db, struct arena *a, const struct record_type *t, void *record, int64_t user_id,
                             instant_t now);
/* Faults found in a whole record or form, one per field. */
struct fault { const struct field *field; struct str sentence; };
struct faults { struct fault *p; size_t n; };
struct faults record_check(struct arena *a, const struct record_type *t, const void *record);

/* DDL and the difference for `waymark dev migration`; schema comparison by catalogue for tests and doctor. */
void record_ddl(const struct record_type *t, struct buf *out);
bool record_matches_schema(struct db *db, struct arena *a, const struct record_type *t, struct buf *differences);
/* CSV: header of labels or names, in any order; unknown columns are reported, not dropped silently. JSON: omit unknown. */
void record_csv_header(const struct record_type *t, uint32_t without_flags, struct buf *out);
void record_csv_row(const struct record_type *t, const void *record, uint32_t without_flags, struct buf *out);
void record_json(const struct record_type *t, const void *record, uint32_t classes, uint32_t without_flags,
                 struct json_out *j);
void record_dictionary(const struct record_type *const *types, size_t n, struct buf *markdown);
#endif
