/* The picture of the directory a process keeps, and the file through which the processes of one
 * server share the live one. The library is small: each process keeps its own. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/image.h"
#include "db/seal.h"
#include "directory/inside.h"
#include "places/places.h"

enum {
  OFFERS_BYTES_MAX = 1 << 30,
  WAIT_MS_MAX = 1200, /* for another process's making; a page's own limit is 2 s */
  WAIT_SLICE_MS = 5
};

/* What a picture must be of to be used. */
struct wanted { int64_t generation, areas; day_t day; };
struct kept {
  struct arena memory[2]; /* of its own, in turn; not used while a file is mapped */
  int at;
  struct image image;
  const struct offers *offers;
  struct wanted of;
  uint64_t stale_since_us; /* 0 = it is right */
};
static struct kept kept[2] = {{.image = {.slot = -1}}, {.image = {.slot = -1}}};
static struct {
  char file[PATH_MAX], lock[PATH_MAX];
  uint64_t where;
  int patience_ms;
  bool on;
} share;
static offers_beside *beside;

void offers_beside_use(offers_beside *make) { beside = make; }

void offers_share(const struct offers_share *how) {
  struct why why;
  share.on = false;
  if (!how) return;
  int n = snprintf(share.file, sizeof share.file, "%.*s/picture", P(how->folder));
  share.on = n > 0 && n < (int)sizeof share.file - 32 && folder_make(share.file, &why);
  snprintf(share.lock, sizeof share.lock, "%.*s/picture/lock", P(how->folder));
  snprintf(share.file, sizeof share.file, "%.*s/picture/live", P(how->folder));
  share.where = hash64(how->where, 1), share.patience_ms = how->patience_ms;
}

static struct wanted wanted_now(struct db *db, day_t day) {
  return (struct wanted){directory_generation(db), places_generation(db), day};
}

static bool is_right(const struct kept *k, const struct wanted *w) {
  return k->offers && k->of.generation == w->generation && k->of.areas == w->areas &&
         k->of.day == w->day && (!beside || k->offers->beside);
}

static void keep(struct kept *k, const struct offers *offers, const struct wanted *w) {
  k->offers = offers, k->of = *w, k->stale_since_us = 0;
}

/* ---- In this process's own memory. */

/* Everything lies in the arena, the list of offers and the arena itself included: rules keep a
 * pointer to it. */
static const struct offers *make_in(struct db *db, struct arena memory, enum directory_kind which,
                                    day_t day, struct arena **in, struct why *why) {
  *in = arena_new(&memory, struct arena);
  **in = memory;
  struct offers *o = arena_new(*in, struct offers);
  if (!offers_load(db, *in, day, which, o, why)) return NULL;
  o->beside = beside ? beside(db, *in, o) : NULL;
  return o;
}

static const struct offers *make_own(struct db *db, enum directory_kind which,
                                     const struct wanted *w, struct why *why) {
  struct kept *k = &kept[which];
  struct arena *memory = &k->memory[!k->at], *in;
  if (!memory->start) *memory = arena_open(OFFERS_BYTES_MAX);
  else arena_reset(memory);
  const struct offers *fresh = make_in(db, *memory, which, w->day, &in, why);
  if (!fresh) return NULL;
  if (k->memory[k->at].start) arena_reset(&k->memory[k->at]);
  image_unmap(&k->image);
  k->at = !k->at;
  keep(k, fresh, w);
  return fresh;
}

/* ---- In the file all share. */

static bool seal_digest(struct str digest_hex, char out[IMAGE_SEAL_BYTES_MAX]) {
  struct arena a = arena_open(4096);
  struct str sealed = a.start ? seal_blind(&a, "picture", digest_hex) : (struct str){0};
  if (sealed.n && sealed.n < IMAGE_SEAL_BYTES_MAX) memcpy(out, sealed.p, sealed.n);
  arena_close(&a);
  return sealed.n > 0;
}

static struct str about(char room[IMAGE_ABOUT_BYTES_MAX], const struct wanted *w) {
  int n = snprintf(room, IMAGE_ABOUT_BYTES_MAX,
                   "live help of %016llx, change %lld, areas %lld, day %d%s",
                   (unsigned long long)share.where, (long long)w->generation, (long long)w->areas,
                   (int)w->day, beside ? ", indexed" : "");
  return (struct str){room, (size_t)n};
}

static bool map_file(struct kept *k, const struct wanted *w) {
  char room[IMAGE_ABOUT_BYTES_MAX];
  struct image image;
  struct why why = {{0}};
  struct str of = about(room, w);
  if (k->image.slot >= 0 && image_slot_of(share.file, of) == k->image.slot) {
    /* three changes behind: the new file has the address of the old one */
    k->offers = NULL;
    image_unmap(&k->image);
  }
  if (!image_map(share.file, of, seal_digest, &image, &why)) {
    if (why.text[0]) log_event(LOG_WARNING, "picture-not-used", "said=%s", why.text);
    return false;
  }
  image_unmap(&k->image);
  for (int i = 0; i < 2; i++)
    if (k->memory[i].start) arena_close(&k->memory[i]);
  k->image = image;
  keep(k, image.root, w);
  return true;
}

/* Neither where this process looks now nor where the file the others look at lies. */
static int free_slot(const struct kept *k) {
  int theirs = image_slot_of(share.file, (struct str){0}), slot = 0;
  while (slot == theirs || slot == k->image.slot) slot++;
  return slot;
}

static bool make_file(struct db *db, const struct kept *k, const struct wanted *w,
                      struct why *why) {
  char room[IMAGE_ABOUT_BYTES_MAX];
  struct arena memory = image_arena(free_slot(k)), *in = NULL;
  if (!memory.start) return why_say(why, "The address of the picture is taken.");
  const struct offers *o = make_in(db, memory, DIRECTORY_LIVE, w->day, &in, why);
  bool good = o && image_write(share.file, in, o, about(room, w), seal_digest, why);
  arena_close(&memory);
  return good;
}

/* The lock, once whoever holds it is done; -1 when that takes longer than a page may. */
static int lock_in_time(void) {
  int lock = open(share.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  uint64_t until = clock_monotonic_us() + WAIT_MS_MAX * 1000u;
  while (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (clock_monotonic_us() < until) {
      usleep(WAIT_SLICE_MS * 1000);
      continue;
    }
    close(lock);
    lock = -1;
  }
  return lock;
}

enum made { MADE, MADE_BY_ANOTHER_SOON, NOT_MADE };

/* One process makes it; the others wait for that one and map what it made. */
static enum made make_shared(struct db *db, struct kept *k, const struct wanted *w) {
  struct why why = {{0}};
  int lock = lock_in_time();
  if (lock < 0) return file_exists(share.lock) ? MADE_BY_ANOTHER_SOON : NOT_MADE;
  bool done = map_file(k, w) || (make_file(db, k, w, &why) && map_file(k, w));
  close(lock);
  if (done) return MADE;
  log_event(LOG_WARNING, "picture-not-shared", "said=%s", why.text);
  share.on = false; /* this process goes on by itself */
  return NOT_MADE;
}

static bool may_wait(struct kept *k, int patience_ms) {
  uint64_t now = clock_monotonic_us();
  if (!k->offers || !patience_ms) return false;
  if (!k->stale_since_us) k->stale_since_us = now;
  return now - k->stale_since_us < (uint64_t)patience_ms * 1000;
}

static const struct offers *offers_of(struct db *db, day_t day, enum directory_kind which,
                                      int patience_ms, struct why *why) {
  struct kept *k = &kept[which];
  struct wanted w = wanted_now(db, day);
  if (w.generation < 0) {
    why_say(why, "The directory could not be read. Try again in a minute.");
    return NULL;
  }
  if (is_right(k, &w)) return k->offers;
  if (!share.on || which != DIRECTORY_LIVE) return make_own(db, which, &w, why);
  if (map_file(k, &w) || may_wait(k, patience_ms)) return k->offers;
  switch (make_shared(db, k, &w)) {
    case MADE: return k->offers;
    case NOT_MADE: return make_own(db, which, &w, why);
    case MADE_BY_ANOTHER_SOON: break;
  }
  if (k->offers && patience_ms) return k->offers; /* the one before is better than none */
  why_say(why, "The list of help is being made ready. Try again in a few seconds.");
  return NULL;
}

const struct offers *offers_now(struct db *db, day_t day, enum directory_kind which,
                                struct why *why) {
  return offers_of(db, day, which, share.patience_ms, why);
}

const struct offers *offers_fresh(struct db *db, day_t day, enum directory_kind which,
                                  struct why *why) {
  return offers_of(db, day, which, 0, why);
}

bool offers_map(struct db *db, day_t day) {
  struct wanted w = wanted_now(db, day);
  return share.on && w.generation >= 0 && map_file(&kept[DIRECTORY_LIVE], &w);
}

void offers_tend(struct db *db, instant_t now) {
  struct why why;
  if (share.on) offers_fresh(db, instant_local_uk(now).day, DIRECTORY_LIVE, &why);
}

void offers_forget(void) {
  for (int which = 0; which < 2; which++) {
    struct kept *k = &kept[which];
    image_unmap(&k->image);
    for (int i = 0; i < 2; i++)
      if (k->memory[i].start) arena_close(&k->memory[i]);
    *k = (struct kept){.image = {.slot = -1}};
  }
}
