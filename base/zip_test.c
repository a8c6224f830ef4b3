/* Tests of zip. Archives are made here byte by byte, so that each can lie in exactly one way. */
#include <zlib.h>
#include "base/base_test.h"
#include "base/zip.h"

/* One member as it is to be written; zero means "what is true". */
struct entry {
  const char *name, *content;
  size_t length; /* of content; 0: strlen */
  bool stored, zip64;
  uint64_t say_bytes, say_packed;
  uint32_t say_crc;
  uint16_t say_method, flags;
  const char *local_name;
  bool say_first; /* points at the first member's data */
};

static void u16(struct buf *b, unsigned v) {
  buf_byte(b, (char)(v & 0xFF));
  buf_byte(b, (char)(v >> 8));
}

static struct str deflated(struct arena *a, struct str s) {
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  size_t room = deflateBound(&z, s.n);
  unsigned char *out = arena_alloc(a, 1, 1, room);
  z.next_in = (unsigned char *)(uintptr_t)s.p;
  z.avail_in = (unsigned)s.n;
  z.next_out = out;
  z.avail_out = (unsigned)room;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  struct str packed = {(char *)out, room - z.avail_out};
  deflateEnd(&z);
  return packed;
}

/* The fields the local and the central header share. */
static void put_common(struct buf *b, const struct entry *e, struct str content,
                       struct str packed) {
  uint64_t bytes = e->say_bytes ? e->say_bytes : content.n,
           size = e->say_packed ? e->say_packed : packed.n;
  u16(b, e->flags);
  u16(b, e->say_method ? e->say_method : e->stored ? 0 : 8);
  buf_u32(b, 0);
  buf_u32(b, e->say_crc
                 ? e->say_crc
                 : (uint32_t)crc32(0, (const unsigned char *)content.p, (unsigned)content.n));
  buf_u32(b, e->zip64 ? UINT32_MAX : (uint32_t)size);
  buf_u32(b, e->zip64 ? UINT32_MAX : (uint32_t)bytes);
}

static void put_local(struct buf *b, const struct entry *e, struct str content, struct str packed) {
  struct str name = str_of(e->local_name ? e->local_name : e->name);
  buf_u32(b, 0x04034B50);
  u16(b, 20);
  put_common(b, e, content, packed);
  u16(b, (unsigned)name.n);
  u16(b, 0);
  buf_put(b, name);
  buf_put(b, packed);
}

static void put_central(struct buf *b, const struct entry *e, struct str content, struct str packed,
                        uint64_t at) {
  buf_u32(b, 0x02014B50);
  u16(b, 45);
  u16(b, 45);
  put_common(b, e, content, packed);
  u16(b, (unsigned)strlen(e->name));
  u16(b, e->zip64 ? 6 + 28 : 0);
  u16(b, 0);
  buf_u64(b, 0);
  buf_u32(b, e->zip64 ? UINT32_MAX : (uint32_t)at);
  buf_put(b, str_of(e->name));
  if (!e->zip64) return;
  u16(b, 0x5455); /* some other field first */
  u16(b, 2);
  u16(b, 0);
  u16(b, 1);
  u16(b, 24);
  buf_u64(b, e->say_bytes ? e->say_bytes : content.n);
  buf_u64(b, packed.n);
  buf_u64(b, at);
}

static void put_end64(struct buf *b, uint64_t count, uint64_t bytes, uint64_t at) {
  uint64_t here = b->n;
  buf_u32(b, 0x06064B50);
  buf_u64(b, 44);
  u16(b, 45);
  u16(b, 45);
  buf_u64(b, 0);
  buf_u64(b, count);
  buf_u64(b, count);
  buf_u64(b, bytes);
  buf_u64(b, at);
  buf_u32(b, 0x07064B50);
  buf_u32(b, 0);
  buf_u64(b, here);
  buf_u32(b, 1);
}

static struct str make(struct arena *a, const struct entry *entries, size_t n, bool end64) {
  struct buf b = buf_open((size_t)64 << 20), directory = buf_open(8 << 20);
  for (size_t i = 0; i < n; i++) {
    const struct entry *e = &entries[i];
    struct str content = e->length ? (struct str){e->content, e->length} : str_of(e->content);
    struct str packed = e->stored ? content : deflated(a, content);
    put_central(&directory, e, content, packed, e->say_first ? 0 : b.n);
    put_local(&b, e, content, packed);
  }
  uint64_t at = b.n;
  buf_put(&b, buf_str(&directory));
  if (end64) put_end64(&b, n, directory.n, at);
  buf_u32(&b, 0x06054B50);
  buf_u32(&b, 0);
  u16(&b, end64 ? 0xFFFF : (unsigned)n);
  u16(&b, end64 ? 0xFFFF : (unsigned)n);
  buf_u32(&b, (uint32_t)directory.n);
  buf_u32(&b, end64 ? UINT32_MAX : (uint32_t)at);
  u16(&b, 5);
  buf_put(&b, S("hello"));
  assert_false(b.full);
  struct str whole = str_copy(a, buf_str(&b));
  buf_free(&b);
  buf_free(&directory);
  return whole;
}

/* What opening the archive and reading all of every member says: "" when all is well. */
static struct str said(struct arena *a, struct str bytes) {
  struct why why = {0};
  struct zip *z = zip_open_str(a, bytes, &why);
  for (size_t i = 0; z && i < zip_list(z).n; i++) {
    struct str out;
    if (!zip_read_all(a, z, &zip_list(z).p[i], 32 << 20, &out, &why)) break;
  }
  return str_copy(a, why_str(&why));
}

static struct str said_of_one(struct arena *a, struct entry e) {
  return said(a, make(a, &e, 1, false));
}

TEST(members_are_listed_found_and_read) {
  struct arena *a = *state;
  struct entry entries[] = {{"feed/", "", .stored = true},
                            {"feed/stops.txt", "id,name\n1,Market Street\n"},
                            {"feed/empty.txt", "", .stored = true},
                            {"a/x", "1", .stored = true},
                            {"b/x", "2", .zip64 = true},
                            {"x/feed/agency.txt", "9"}};
  for (int end64 = 0; end64 < 2; end64++) {
    struct why why = {0};
    struct str bytes = make(a, entries, countof(entries), end64), out;
    struct zip *z = zip_open_str(a, bytes, &why);
    if (!z) fail_msg("%s", why.text);
    assert_int_equal(zip_list(z).n, countof(entries));
    assert_true(zip_list(z).p[0].folder && !zip_list(z).p[1].folder);
    const struct zip_member *m = zip_find(z, S("stops.txt"));
    assert_ptr_equal(m, &zip_list(z).p[1]);
    assert_ptr_equal(m, zip_find(z, S("feed/stops.txt")));
    assert_null(zip_find(z, S("x"))); /* two have that last part */
    assert_null(zip_find(z, S("tops.txt")));
    assert_true(zip_read_all(a, z, m, 1000, &out, &why));
    assert_str(out, "id,name\n1,Market Street\n");
    assert_true(zip_read_all(a, z, zip_find(z, S("b/x")), 0, &out, &why));
    assert_str(out, "2");
    assert_str(said(a, bytes), "");
    struct zip_in *in = zip_in_open(a, z, m, 0, &why);
    struct csv *c = csv_open(a, zip_read, in);
    struct csv_row row;
    assert_true(csv_headers(c, &why) && csv_next(c, &row, &why) == CSV_ROW);
    assert_str(csv_cell(&row, csv_column(c, S("name"))), "Market Street");
    assert_int_equal(csv_next(c, &row, &why), CSV_END);
    zip_in_close(in);
    zip_in_close(NULL);
    zip_close(z);
  }
  assert_str(said(a, make(a, entries, 0, false)), "");
}

TEST(names_that_leave_their_folder_are_refused) {
  struct arena *a = *state;
  const char *const names[] = {"/etc/passwd", "../x",     "a/../../x", "a/..",
                               "..",          "a\\..\\x", "C:x",       ""};
  for (size_t i = 0; i < countof(names); i++)
    assert_str(said_of_one(a, (struct entry){names[i], "x"}),
               "This zip file holds a name that could leave its folder. Nothing was read.");
  const char *const fine[] = {"a..b/..c", "...", "a/./b", "ab:c", "Siân.txt"};
  for (size_t i = 0; i < countof(fine); i++)
    assert_str(said_of_one(a, (struct entry){fine[i], "x"}), "");
}

TEST(members_that_lie_are_refused) {
  struct arena *a = *state;
  assert_str(said_of_one(a, (struct entry){"f", "hello", .say_crc = 7}),
             "f is damaged: its checksum is wrong. Fetch the zip file again.");
  assert_str(said_of_one(a, (struct entry){"f", "hello", .say_bytes = 4}),
             "f has another length than the zip file says. Fetch the zip file again.");
  assert_str(said_of_one(a, (struct entry){"f", "hello", .say_bytes = 6}),
             "f has another length than the zip file says. Fetch the zip file again.");
  assert_str(said_of_one(a, (struct entry){"f", "hello", .say_packed = 3}),
             "f is damaged and cannot be unpacked. Fetch the zip file again.");
  assert_str(said_of_one(a, (struct entry){"f", "hello", .stored = true, .say_bytes = 4}),
             "This zip file is damaged or was cut short. Fetch it again.");
  assert_str(said_of_one(a, (struct entry){"f", "hello", .local_name = "g"}),
             "This zip file is damaged or was cut short. Fetch it again.");
  assert_str(said_of_one(a, (struct entry){"f", "hello", .flags = 1}),
             "This zip file is locked with a password. Send it without one.");
  assert_str(
      said_of_one(a, (struct entry){"f", "hello", .say_method = 12}),
      "This zip file is packed in a way not read here (method 12). Pack it as ordinary zip.");
  struct entry twice[] = {{"f", "1"}, {"f", "2"}};
  assert_str(said(a, make(a, twice, 2, false)),
             "This zip file holds two members of the same name. Nothing was read.");
  struct entry shared[] = {{"f", "1"}, {"g", "2", .say_first = true}};
  assert_str(said(a, make(a, shared, 2, false)),
             "This zip file's members overlap or reach past its end. Nothing was read.");
  assert_str(said_of_one(a, (struct entry){"f", "hello", .say_packed = 300}),
             "This zip file's members overlap or reach past its end. Nothing was read.");
}

TEST(bombs_are_refused_before_they_go_off) {
  struct arena *a = *state;
  struct entry bomb = {"bomb.xml", arena_alloc(a, 1, 1, 8 << 20), 8 << 20};
  assert_str(said_of_one(a, bomb),
             "bomb.xml unpacks to more than 250 times its size. It may be made to do harm.");
  bomb.length = 1 << 20; /* so repetitive, but small */
  assert_str(said_of_one(a, bomb), "");
  bomb.say_bytes = 40; /* says it is small and is not */
  assert_str(said_of_one(a, bomb),
             "bomb.xml has another length than the zip file says. Fetch the zip file again.");
  struct entry large = {"f", "x", .zip64 = true, .say_bytes = (uint64_t)1 << 40};
  assert_str(said_of_one(a, large),
             "f unpacks to 1099511627776 bytes; the most read here is 33554432.");
}

TEST(every_cut_is_noticed) {
  struct arena *a = *state;
  struct entry entries[] = {{"a.txt", "some text, some text, some text"},
                            {"b.txt", "x", .stored = true, .zip64 = true}};
  for (int end64 = 0; end64 < 2; end64++) {
    struct str whole = make(a, entries, 2, end64);
    assert_str(said(a, whole), "");
    for (size_t n = 0; n < whole.n; n++) {
      struct arena scratch = *a;
      if (!said(&scratch, str_slice(whole, 0, n)).n)
        fail_msg("cut to %zu of %zu bytes", n, whole.n);
    }
  }
  assert_str(said(a, S("")), "This is not a zip file: it is too short.");
  assert_str(said(a, S("name,day\nAda,1 Feb 2026\nBo,2 Feb 2026\n")), "This is not a zip file.");
}

/* No single changed byte may crash, hang or pass unseen as other content. */
TEST(every_flipped_byte_is_survived) {
  struct arena *a = *state;
  struct entry entries[] = {{"a.txt", "some text, some text, some text"},
                            {"b.txt", "y", .stored = true}};
  struct str whole = make(a, entries, 2, true);
  char *bytes = arena_alloc(a, 1, 1, whole.n);
  for (size_t i = 0; i < whole.n * 8; i++) {
    struct arena scratch = *a;
    struct why why = {0};
    struct str out = {0};
    memcpy(bytes, whole.p, whole.n);
    bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
    struct zip *z = zip_open_str(&scratch, (struct str){bytes, whole.n}, &why);
    const struct zip_member *m = z ? zip_find(z, S("a.txt")) : NULL;
    if (m && zip_read_all(&scratch, z, m, 1 << 20, &out, &why)) assert_str(out, entries[0].content);
  }
}

TEST(files_are_opened_by_path) {
  struct arena *a = *state;
  struct why why = {0};
  struct entry e = {"a.txt", "hello"};
  char path[] = "/tmp/waymark-zip-test-XXXXXX";
  int fd = mkstemp(path);
  close(fd);
  assert_true(file_write(path, make(a, &e, 1, false), &why));
  struct zip *z = zip_open(a, path, &why);
  struct str out = {0};
  assert_true(z && zip_read_all(a, z, zip_find(z, S("a.txt")), 0, &out, &why));
  assert_str(out, "hello");
  zip_close(z);
  zip_close(NULL);
  assert_true(file_write(path, S(""), &why));
  assert_null(zip_open(a, path, &why));
  unlink(path);
  assert_null(zip_open(a, path, &why));
}

/* What is written reads back the same, whatever it is; the same again gives the same bytes. */
TEST(what_is_written_reads_back) {
  struct arena *a = *state;
  struct rng rng = rng_seed(5);
  struct why why = {0};
  struct buf first = buf_open(1 << 22), again = buf_open(1 << 22);
  struct str content[12];
  for (size_t i = 0; i < countof(content); i++) {
    size_t n = i == 0 ? 0 : (size_t)rng_below(&rng, 40000);
    char *p = arena_many(a, char, n + 1);
    for (size_t k = 0; k < n; k++) p[k] = (char)(i % 2 ? rng_next(&rng) : 'a' + k % 7);
    content[i] = (struct str){p, n};
  }
  for (int round = 0; round < 2; round++) {
    struct zip_out z = zip_to(a, round ? &again : &first);
    for (size_t i = 0; i < countof(content); i++)
      assert_true(zip_put(&z, str_format(a, "f%zu/\u0175.txt", i), content[i], &why));
    assert_true(zip_end(&z, &why));
  }
  assert_true(str_eq(buf_str(&first), buf_str(&again)));
  struct zip *z = zip_open_str(a, buf_str(&first), &why);
  if (!z) fail_msg("%s", why.text);
  assert_int_equal(zip_list(z).n, countof(content));
  for (size_t i = 0; i < countof(content); i++) {
    const struct zip_member *m = zip_find(z, str_format(a, "f%zu/\u0175.txt", i));
    struct str out;
    assert_non_null(m);
    if (!zip_read_all(a, z, m, 1 << 20, &out, &why)) fail_msg("%s", why.text);
    assert_true(str_eq(out, content[i]));
    assert_int_equal(m->method, i && i % 2 == 0 ? 8 : 0); /* noise is stored, the rest deflated */
  }
  zip_close(z);
  buf_free(&first);
  buf_free(&again);
}

TEST(what_cannot_be_unpacked_is_not_written) {
  struct arena *a = *state;
  static const char *const bad[] = {"", "/etc/x", "a/../b", "c:x", "a\\b", "folder/", "\xff"};
  for (size_t i = 0; i < countof(bad); i++) {
    struct why why = {0};
    struct buf b = buf_open(4096);
    struct zip_out z = zip_to(a, &b);
    if (zip_put(&z, str_of(bad[i]), S("x"), &why)) fail_msg("\"%s\" was written", bad[i]);
    assert_true(*why.text != 0);
    buf_free(&b);
  }
  struct why why = {0};
  struct buf b = buf_open(100);
  struct zip_out z = zip_to(a, &b);
  assert_true(zip_put(&z, S("a"), S("x"), &why));
  assert_false(zip_put(&z, S("a"), S("y"), &why));
  assert_true(str_contains(why_str(&why), S("twice")));
  assert_false(zip_put(&z, S("b"), S("0123456789012345678901234567890123456789012345"), &why) &&
               zip_end(&z, &why));
  buf_free(&b);
}

/* Other programs open it too. */
TEST(unzip_finds_no_fault) {
  struct arena *a = *state;
  char path[] = "/tmp/waymark-zip-out-XXXXXX", command[120];
  if (system("unzip -v >/dev/null 2>&1") != 0 && system("python3 -c 0 2>/dev/null") != 0) skip();
  struct why why = {0};
  struct buf b = buf_open(1 << 20);
  struct zip_out z = zip_to(a, &b);
  assert_true(zip_put(&z, S("stops.txt"), S("stop_id\n1\n"), &why));
  assert_true(zip_put(&z, S("empty.txt"), S(""), &why) && zip_end(&z, &why));
  int fd = mkstemp(path);
  close(fd);
  assert_true(file_write(path, buf_str(&b), &why));
  bool have = system("unzip -v >/dev/null 2>&1") == 0;
  snprintf(command, sizeof command, have ? "unzip -tq %s >/dev/null" : "python3 -m zipfile -t %s",
           path);
  assert_int_equal(system(command), 0);
  unlink(path);
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_ARENA(members_are_listed_found_and_read),
      IN_ARENA(names_that_leave_their_folder_are_refused),
      IN_ARENA(members_that_lie_are_refused),
      IN_ARENA(bombs_are_refused_before_they_go_off),
      IN_ARENA(every_cut_is_noticed),
      IN_ARENA(every_flipped_byte_is_survived),
      IN_ARENA(files_are_opened_by_path),
      IN_ARENA(what_is_written_reads_back),
      IN_ARENA(what_cannot_be_unpacked_is_not_written),
      IN_ARENA(unzip_finds_no_fault),
  };
  return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}
