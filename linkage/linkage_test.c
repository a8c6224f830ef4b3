/* The test program: helpers, and every group of tests in turn. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "linkage/linkage_test.h"

const char *shared_data = SHARED_DATA;
static char folder[64];

const char *test_path(const char *name) {
  static char room[8][256];
  static unsigned turn;
  char *out = room[turn++ % 8];
  snprintf(out, sizeof room[0], "%s/%s", folder, name);
  return out;
}

void test_write(const char *path, struct str text) {
  struct why why;
  if (!file_write(path, text, &why)) fail_msg("%s", why.text);
}

struct str test_people(struct arena *a, uint32_t records, uint64_t seed, const char *set) {
  struct generate_settings s = generate_usual();
  struct buf b = buf_open((size_t)records * 200 + 4096);
  struct why why;
  if (set && !generate_set(&s, str_of(set), &why)) fail_msg("%s", why.text);
  assert_true(generate_people(&b, records, seed, &s));
  struct str text = str_copy(a, buf_str(&b));
  buf_free(&b);
  return text;
}

static void read_back(FILE *f, char *out, size_t room) {
  rewind(f);
  out[fread(out, 1, room - 1, f)] = 0;
  fclose(f);
}

struct outcome test_command(const char *first, ...) {
  struct outcome o = {0};
  char *argv[32] = {(char *)(uintptr_t) "link", (char *)(uintptr_t)first};
  int argc = 2;
  va_list words;
  va_start(words, first);
  while (argc < 31 && argv[argc - 1] && (argv[argc] = va_arg(words, char *))) argc++;
  va_end(words);
  FILE *out = tmpfile(), *err = tmpfile();
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    dup2(fileno(out), 1);
    dup2(fileno(err), 2);
    int status = linkage_command(argc, argv);
    fflush(NULL);
    _exit(status);
  }
  int status;
  waitpid(child, &status, 0);
  o.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  read_back(out, o.out, sizeof o.out);
  read_back(err, o.err, sizeof o.err);
  return o;
}

struct link_run *test_run(const char *path, const char *truth, const struct link_config *config) {
  static struct link_run *made[64];
  static size_t n;
  struct link_run *run = made[n++ % 64] = calloc(1, sizeof *run);
  static const uint8_t key[32] = {7};
  struct link_input in = {.path = {path},
                          .n = 1,
                          .truth_name = str_of(truth),
                          .memory_max = (size_t)1 << 32,
                          .blind_key = key};
  struct link_config usual = config_default();
  struct why why;
  if (!link_run(run, &in, config ? config : &usual, NULL, &why)) fail_msg("%s", why.text);
  return run;
}

int main(void) {
  snprintf(folder, sizeof folder, "/tmp/linkage_test_XXXXXX");
  if (!mkdtemp(folder)) return 1;
  int failed = test_compare() + test_accuracy() + test_commands() + test_index() + test_psi() +
               test_few();
  char remove[128];
  snprintf(remove, sizeof remove, "rm -rf '%s'", folder);
  if (system(remove) != 0) fprintf(stderr, "%s was left behind\n", folder);
  return failed != 0;
}
