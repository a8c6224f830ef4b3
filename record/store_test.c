/* Rows, history, schema, imports and code lists: on SQLite always, on PostgreSQL when the test run
 * offers one. */
#include "db/testing.h"
#include "record/record.h"
#include "record/record_test.h"
#include "record/sample/sample.h"
#include "record/testing.h"

static struct arena *arena;
static struct db *db;
static const instant_t now = INT64_C(1795000000000000);

static void use(struct db_test *t) { db = t->db, arena = t->arena; }

static enum db_result insert(struct sample *s) {
  db_begin(db, STORE_MAIN);
  enum db_result r = record_insert(db, arena, &sample_type, s, 7, now);
  enum db_result end = db_commit(db, STORE_MAIN);
  return r == DB_OK ? end : r;
}

static enum db_result update(struct sample *s, instant_t at) {
  db_begin(db, STORE_MAIN);
  enum db_result r = record_update(db, arena, &sample_type, s, 8, at);
  if (r != DB_OK) {
    db_rollback(db, STORE_MAIN);
    return r;
  }
  return db_commit(db, STORE_MAIN);
}

static struct sample fresh(const char *name, const char *postcode) {
  struct sample s;
  record_clear(&sample_type, &s);
  s.name = str_of(name), s.postcode = str_of(postcode);
  return s;
}

static void test_every_kind_goes_round(struct db_test *t) {
  use(t);
  struct rng rng = rng_seed(11);
  for (int i = 0; i < 50; i++) {
    struct sample s, back;
    record_fake(arena, &sample_type, &rng, 3, day_of(2026, 11, 21), &s);
    char postcode[16];
    snprintf(postcode, sizeof postcode, "L%d 1AA", i);
    s.postcode = str_of(postcode);
    assert_int_equal(insert(&s), DB_OK);
    assert_true(s.id > 0 && s.version == 1 && !uuid_is_zero(s.public_id));
    assert_true(record_load(db, arena, &sample_type, s.id, &back));
    for (size_t f = 0; f < sample_type.n_fields; f++) {
      const struct field *field = &sample_type.fields[f];
      if (!value_eq(field_get(field, &s), field_get(field, &back)))
        fail_msg("%s changed on its way", field->name);
    }
    assert_true(record_load_public(db, arena, &sample_type, s.public_id, &back));
    assert_int_equal(back.id, s.id);
  }
}

static void test_history_and_versions(struct db_test *t) {
  use(t);
  struct sample s = fresh("Quay club", "L99 9AA");
  s.price = 1000;
  assert_int_equal(insert(&s), DB_OK);
  struct sample mine = s, theirs = s;
  mine.price = 2000, mine.name = S("Quay work club");
  assert_int_equal(update(&mine, now + 1), DB_OK);
  assert_int_equal(mine.version, 2);
  theirs.price = 3000;
  assert_int_equal(update(&theirs, now + 2), DB_CONFLICT); /* somebody else was first */
  assert_int_equal(update(&mine, now + 3), DB_OK);         /* nothing changed: no new version */
  assert_int_equal(mine.version, 2);
  struct revisions h = record_history(db, arena, &sample_type, s.id, 10);
  assert_int_equal(h.n, 2);
  assert_int_equal(h.p[0].user_id, 8);
  assert_int_equal(h.p[0].changes.n, 2);
  assert_true(str_eq(h.p[0].changes.p[0].before, S("Quay club")));
  assert_true(str_eq(h.p[0].changes.p[1].after, S("20")));
  assert_true(str_eq(h.p[1].what, S("insert")));
  db_begin(db, STORE_MAIN);
  assert_int_equal(record_delete(db, arena, &sample_type, s.id, 8, now + 4), DB_OK);
  assert_int_equal(db_commit(db, STORE_MAIN), DB_OK);
  h = record_history(db, arena, &sample_type, s.id, 10);
  assert_int_equal(h.n, 3);
  assert_true(str_eq(h.p[0].what, S("delete")));
  assert_false(record_load(db, arena, &sample_type, s.id, &mine));
}

static void test_unique_is_a_conflict(struct db_test *t) {
  use(t);
  struct sample a = fresh("One", "M1 1AE"), b = fresh("Two", "M1 1AE");
  assert_int_equal(insert(&a), DB_OK);
  assert_int_equal(insert(&b), DB_CONFLICT);
}

static void test_schema(struct db_test *t) {
  use(t);
  struct buf b = buf_open(1 << 16);
  if (!record_matches_schema(db, arena, &sample_type, &b)) fail_msg("%.*s", P(buf_str(&b)));
  const struct record_type *types[] = {&sample_type};
  struct why why;
  assert_true(record_migration(db, arena, types, 1, &b, &why));
  assert_int_equal(b.n, 0);
  struct field more[40];
  memcpy(more, sample_type.fields, sample_type.n_fields * sizeof *more);
  more[sample_type.n_fields - 1] =
      (struct field){.name = "opened", .label = "Opened", .kind = KIND_DAY, .flags = INDEXED};
  struct record_type changed = sample_type;
  changed.fields = more;
  assert_false(record_matches_schema(db, arena, &changed, &b));
  assert_true(str_contains(buf_str(&b), S("sample.opened: the column is missing")));
  assert_true(str_contains(buf_str(&b), S("sample.postcode: the column is not in the definition")));
  buf_reset(&b);
  types[0] = &changed;
  assert_true(record_migration(db, arena, types, 1, &b, &why));
  assert_true(str_contains(
      buf_str(&b), S("alter table sample add column opened TEXT;\ncreate index sample_opened")));
  buf_free(&b);
}

static struct import_result import(const char *text, enum import_mode mode, struct buf *bad) {
  struct csv *c = csv_open_str(arena, str_of(text));
  struct why why = {0};
  struct import_result out = {.bad_rows = bad};
  assert_true(csv_headers(c, &why));
  struct row_source rows = row_source_csv(c);
  struct import_ask ask = {.type = &sample_type,
                           .key = field_find(&sample_type, S("postcode")),
                           .mode = mode,
                           .now = now,
                           .db = db,
                           .arena = arena};
  if (!record_import(&ask, &rows, &out, &why)) fail_msg("%s", why.text);
  csv_close(c);
  return out;
}

static int64_t count(void) { return db_number(db, -1, SQL("select count(*) from sample")); }

static void test_import_lists_every_bad_row(struct db_test *t) {
  use(t);
  const char *text = "Post code,name,Price,Starts,favourite\n"
                     "b1 1aa,First,12,1/2/2026,x\n"
                     "b1 1ab,,12,\n"
                     "nowhere,Third,lots,31/2/2026\n"
                     "b1 1aa,Again,1,\n"
                     ",,,\n"
                     "b1 1ae,\"Says, \"\"hello\"\"\",-,\n";
  struct buf bad = buf_open(1 << 16);
  int64_t before = count();
  struct import_result r = import(text, IMPORT_DRY, &bad);
  assert_int_equal(count(), before);
  assert_int_equal(r.rows, 5), assert_int_equal(r.added, 2), assert_int_equal(r.bad, 3);
  assert_int_equal(r.faults.n, 5); /* no name; postcode, price, date; twice */
  assert_int_equal(r.faults.p[0].line, 3);
  assert_true(str_eq(r.faults.p[0].column, S("name")));
  assert_int_equal(r.unknown_columns.n, 1);
  assert_true(str_contains(buf_str(&bad), S("nowhere,Third,lots,31/2/2026,")));
  buf_reset(&bad);
  r = import(text, IMPORT_ALL_OR_NOTHING, &bad);
  assert_int_equal(r.bad, 3), assert_int_equal(count(), before);
  buf_reset(&bad);
  r = import(text, IMPORT_GOOD_ROWS, &bad);
  assert_int_equal(r.added, 2), assert_int_equal(count(), before + 2);
  r = import("postcode,price\nB1 1AA,15\nB1 1AE,\n", IMPORT_ALL_OR_NOTHING, NULL);
  assert_int_equal(r.changed, 1), assert_int_equal(r.same, 1), assert_int_equal(r.bad, 0);
  buf_free(&bad);
}

static void test_files(struct db_test *t) {
  use(t);
  struct sample s = fresh("=cmd()", "B2 2AA");
  s.colours = S("red sea_green"), s.email = S("a@example.org"), s.price = 150;
  assert_int_equal(insert(&s), DB_OK);
  struct buf b = buf_open(1 << 16);
  record_csv_header(&sample_type, NOT_PUBLISHED, &b);
  record_csv_row(&sample_type, &s, NOT_PUBLISHED, &b);
  assert_true(str_contains(buf_str(&b), S("'=cmd()")));
  assert_false(str_contains(buf_str(&b), S("example.org")));
  struct import_result r = import(str_c(arena, buf_str(&b)), IMPORT_ALL_OR_NOTHING, NULL);
  assert_int_equal(r.same, 1),
      assert_int_equal(r.unknown_columns.n, 0); /* what goes out comes back as itself */
  buf_reset(&b);
  struct json_out j = json_to(&b);
  record_json(&sample_type, &s, 0, 0, &j);
  assert_true(str_contains(buf_str(&b), S("\"colours\":[\"red\",\"sea_green\"]")));
  assert_false(str_contains(buf_str(&b), S("a@example.org"))); /* its class was not asked for */
  assert_false(str_contains(buf_str(&b), S("starts")));        /* unknown is left out */
  buf_reset(&b);
  record_dictionary((const struct record_type *[]){&sample_type}, 1, &b);
  assert_true(str_contains(buf_str(&b),
                           S("| `email` | E-mail | e-mail address | never published | contact |")));
  buf_free(&b);
}

static void test_codes_in_the_database(struct db_test *t) {
  use(t);
  struct why why = {0};
  assert_int_equal(codes_store(db, arena, now), DB_OK);
  assert_int_equal(
      db_run(db,
             SQL("insert into code (list, code, label, sort, ended, changed_at) "
                 "values ('sample_colour', 'plum', 'Plum', 99, 0, '2026-11-21T00:00:00.000000Z') "
                 "on conflict (list, code) do update set label = excluded.label")),
      DB_OK);
  assert_true(codes_load(db, &why));
  assert_true(str_eq(code_label("sample_colour", S("plum")), S("Plum")));
  assert_true(code_find(code_list("sample_colour"), S("grey"))->ended);
}

int store_tests(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(test_every_kind_goes_round),      DB_TEST(test_history_and_versions),
      DB_TEST(test_unique_is_a_conflict),       DB_TEST(test_schema),
      DB_TEST(test_import_lists_every_bad_row), DB_TEST(test_files),
      DB_TEST(test_codes_in_the_database),
  };
  const struct migrations lists[] = {db_migrations, record_migrations, sample_migrations};
  struct why why;
  if (!code_list_add("sample_colour", sample_embedded.p[0].content, &why)) return 1;
  return db_test_run("record store", cases, countof(cases), lists, countof(lists));
}
