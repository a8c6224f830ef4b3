/* waiting.c: one byte of truth for bulk writers: does a person's request wait for the database?
 *
 * A mapped file of 256 slots in the data folder, one for each process (by its number). A slot holds
 * since when its process waits, on the machine's monotonic clock, or 0. A process killed while
 * waiting leaves a mark behind, so a mark older than three seconds counts for nothing: nothing
 * waits that long (BUSY_MS_MAX). */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "db/inside.h"

enum { SLOTS = 256, MARK_US_MAX = 3000000 };
struct waiting {
  _Atomic uint64_t *since;
  unsigned mine;
};

struct waiting *waiting_open(struct str folder) {
  char path[4096];
  snprintf(path, sizeof path, "%.*s/waiting", P(folder));
  struct waiting *w = calloc(1, sizeof *w);
  int fd = folder.n && w ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
  void *p = MAP_FAILED;
  if (fd >= 0 && ftruncate(fd, SLOTS * 8) == 0)
    p = mmap(NULL, SLOTS * 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd >= 0) close(fd);
  if (p == MAP_FAILED) {
    free(w);
    return NULL;
  }
  w->since = p;
  w->mine = (unsigned)getpid() % SLOTS;
  return w;
}

void waiting_close(struct waiting *w) {
  if (!w) return;
  w->since[w->mine] = 0;
  munmap((void *)(uintptr_t)w->since, SLOTS * 8);
  free(w);
}

void waiting_mark(struct waiting *w, bool on) {
  if (w) w->since[w->mine] = on ? clock_monotonic_us() : 0;
}

bool waiting_anyone(const struct waiting *w) {
  if (!w) return false;
  uint64_t now = clock_monotonic_us();
  for (unsigned i = 0; i < SLOTS; i++) {
    uint64_t since = w->since[i];
    if (since != 0 && i != w->mine && now - since < MARK_US_MAX) return true;
  }
  return false;
}

void db_wait_began(struct db *db) {
  if (db->bulk || db->marked) return;
  waiting_mark(db->waiting, true);
  db->marked = true;
}

void db_wait_over(struct db *db) {
  if (!db->marked || db->person) return;
  waiting_mark(db->waiting, false);
  db->marked = false;
}

void db_person_waits(struct db *db, bool on) {
  db->person = on;
  db->marked = on;
  waiting_mark(db->waiting, on);
}
