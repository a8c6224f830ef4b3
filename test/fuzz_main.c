/* fuzz_main: runs a fuzz target over files and folders named on the command line, for builds
 * without libFuzzer. So every corpus is also an ordinary test, with any compiler. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path) {
  struct arena a = arena_open((size_t)64 << 20);
  struct why why;
  struct str bytes;
  int ok = file_read(&a, path, (size_t)32 << 20, &bytes, &why);
  if (!ok) fprintf(stderr, "%s\n", why.text);
  else LLVMFuzzerTestOneInput((const uint8_t *)bytes.p, bytes.n);
  arena_close(&a);
  return ok ? 0 : 1;
}

int main(int argc, char **argv) {
  int bad = 0, ran = 0;
  for (int i = 1; i < argc; i++) {
    struct stat st;
    if (stat(argv[i], &st) != 0) { perror(argv[i]); return 1; }
    if (!S_ISDIR(st.st_mode)) { bad += run_file(argv[i]); ran++; continue; }
    DIR *d = opendir(argv[i]);
    for (struct dirent *e; d && (e = readdir(d));) {
      char path[4096];
      snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
      if (e->d_name[0] != '.') { bad += run_file(path); ran++; }
    }
    if (d) closedir(d);
  }
  printf("%d inputs run\n", ran);
  return bad ? 1 : 0;
}
