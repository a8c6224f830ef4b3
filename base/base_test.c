/* Runs every group of this folder's tests; each *_test.c holds one. */
#include <dirent.h>
#include <sys/stat.h>
#include "base/base_test.h"

static char folder[] = "/tmp/waymark-base-test-XXXXXX";

struct str test_path(struct arena *a, const char *name) {
  return str_of(str_c(a, str_format(a, "%s/%s", folder, name)));
}

/* Empties a folder two levels deep, which is as deep as these tests go. */
static void remove_folder(const char *path, int depth) {
  DIR *d = opendir(path);
  for (struct dirent *e; d && (e = readdir(d));) {
    char inner[1024];
    snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
    if (str_eq(str_of(e->d_name), S(".")) || str_eq(str_of(e->d_name), S(".."))) continue;
    if (unlink(inner) != 0 && depth < 3) remove_folder(inner, depth + 1);
  }
  if (d) closedir(d);
  rmdir(path);
}

int main(void) {
  int (*const groups[])(void) = {text_tests, arena_tests, time_tests, chance_tests,
                                 file_tests, csv_tests,   json_tests, tell_tests};
  int failed = 0;
  if (!mkdtemp(folder)) return perror(folder), 1;
  for (size_t i = 0; i < countof(groups); i++) failed += groups[i]();
  remove_folder(folder, 0);
  return failed ? 1 : 0;
}
