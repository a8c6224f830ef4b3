/* Tests of file: what is under a path is the old content or the new, never a part. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "base/base_test.h"

static bool content_is(struct arena *a, const char *path, const char *want) {
  struct str got = {0};
  struct why why = {0};
  return file_read(a, path, 1 << 20, &got, &why) && str_eq(got, str_of(want));
}

static int names_in(const char *path) {
  int n = 0;
  DIR *d = opendir(path);
  while (d && readdir(d)) n++;
  if (d) closedir(d);
  return n - 2;
}

TEST(a_file_is_written_whole) {
  struct arena *a = *state;
  struct why why = {0};
  const char *path = test_path(a, "whole.txt").p;
  assert_true(file_write(path, S("first"), &why));
  assert_true(content_is(a, path, "first"));
  struct stat st;
  assert_true(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
  assert_true(chmod(path, 0644) == 0 && file_write(path, S(""), &why));
  assert_true(stat(path, &st) == 0 && (st.st_mode & 0777) == 0644);
  assert_true(content_is(a, path, "") && file_exists(path));
}

TEST(reading_says_what_is_wrong) {
  struct arena *a = *state;
  struct why why = {0};
  struct str out;
  struct mapped map;
  const char *path = test_path(a, "ten.txt").p, *none = test_path(a, "none.txt").p;
  assert_true(file_write(path, S("0123456789"), &why));
  assert_true(file_read(a, path, 10, &out, &why));
  assert_false(file_read(a, path, 9, &out, &why));
  assert_true(str_contains(why_str(&why), S("larger than 9 bytes")));
  assert_false(file_read(a, none, 9, &out, &why));
  assert_true(str_contains(why_str(&why), S("Cannot open")) && !file_exists(none));
  assert_false(file_read(a, "/tmp", 9, &out, &why));
  assert_true(str_contains(why_str(&why), S("is a folder")));
  assert_false(file_map(none, &map, &why));
  assert_true(file_read(a, "/proc/self/status", 1 << 20, &out, &why)); /* says it has size 0 */
  assert_true(str_contains(out, S("Name:")));
}

TEST(mapping_shows_the_bytes) {
  struct arena *a = *state;
  struct why why = {0};
  struct mapped map;
  const char *path = test_path(a, "map.bin").p;
  assert_true(file_write(path, S("a\0b"), &why) && file_map(path, &map, &why));
  assert_true(str_eq(map.bytes, S("a\0b")));
  file_unmap(&map);
  file_unmap(&map);
  assert_true(file_write(path, S(""), &why) && file_map(path, &map, &why) && map.bytes.n == 0);
  file_unmap(&map);
}

TEST(pieces_appear_only_at_commit) {
  struct arena *a = *state;
  struct why why = {0};
  struct file_out f;
  const char *folder = test_path(a, "pieces").p, *path = test_path(a, "pieces/large.bin").p;
  assert_true(folder_make(folder, &why) && file_out_open(&f, path, &why));
  char piece[1000];
  memset(piece, 'x', sizeof piece);
  for (int i = 0; i < 1000; i++) file_out_put(&f, (struct str){piece, sizeof piece});
  char *large = arena_alloc(a, 1, 1, 1 << 20);
  file_out_put(&f, (struct str){large, 1 << 20});
  assert_int_equal(f.written, 1000000 + (1 << 20));
  assert_false(file_exists(path));
  assert_true(file_out_commit(&f, &why));
  struct stat st;
  assert_true(stat(path, &st) == 0 && st.st_size == 1000000 + (1 << 20));
  assert_true(file_out_open(&f, path, &why));
  file_out_put(&f, S("other"));
  file_out_abandon(&f);
  assert_int_equal(names_in(folder), 1);
  assert_false(file_out_commit(&f, &why));
  assert_true(stat(path, &st) == 0 && st.st_size == 1000000 + (1 << 20));
}

/* A disk that fills: the file-size limit fails the write as ENOSPC would. In a child, as the limit
 * stays. */
TEST(a_full_disk_leaves_the_old_file) {
  struct arena *a = *state;
  struct why why = {0};
  const char *folder = test_path(a, "full").p, *path = test_path(a, "full/f").p;
  assert_true(folder_make(folder, &why) && file_write(path, S("old"), &why));
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {100000, 100000};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    char *large = arena_alloc(a, 1, 1, 1 << 20);
    bool written = file_write(path, (struct str){large, 1 << 20}, &why);
    _exit(written ? 1 : str_contains(why_str(&why), S("Cannot write")) ? 0 : 2);
  }
  int status = -1;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
  assert_true(content_is(a, path, "old"));
  assert_int_equal(names_in(folder), 1);
}

TEST(folders_are_made_with_their_parents) {
  struct arena *a = *state;
  struct why why = {0};
  struct stat st;
  const char *deep = test_path(a, "a/b").p;
  assert_true(folder_make(deep, &why) && folder_make(deep, &why));
  assert_true(stat(deep, &st) == 0 && (st.st_mode & 0777) == 0700);
  assert_true(file_write(test_path(a, "a/file").p, S("x"), &why));
  assert_false(folder_make(test_path(a, "a/file").p, &why));
  assert_true(str_contains(why_str(&why), S("is not a folder")));
  assert_false(folder_make(test_path(a, "a/file/c").p, &why));
  assert_false(file_write(test_path(a, "nowhere/f").p, S("x"), &why));
}

int file_tests(void) {
  const struct CMUnitTest tests[] = {
      IN_ARENA(a_file_is_written_whole),         IN_ARENA(reading_says_what_is_wrong),
      IN_ARENA(mapping_shows_the_bytes),         IN_ARENA(pieces_appear_only_at_commit),
      IN_ARENA(a_full_disk_leaves_the_old_file), IN_ARENA(folders_are_made_with_their_parents),
  };
  return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
