/* output: pairs.csv and clusters.csv. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include "linkage/kernel.h"
#include "linkage/linkage.h"

struct writer {
  struct file_out *to; /* NULL: standard output */
  struct buf line;
  bool failed;
};
enum { WRITER_BYTES = 1 << 18 };

static void writer_flush(struct writer *w) {
  struct str s = buf_str(&w->line);
  if (w->to)
    file_out_put(w->to, s);
  else
    w->failed |= fwrite(s.p, 1, s.n, stdout) != s.n;
  buf_reset(&w->line);
}

static bool writer_close(struct writer *w, struct why *why) {
  writer_flush(w);
  bool full = w->line.full;
  buf_free(&w->line);
  if (full) return why_say(why, "There was not enough memory to write the answers.");
  return w->to || (!fflush(stdout) && !w->failed) ||
         why_say(why, "The answers could not be written to standard output.");
}

/* A number with a fixed number of decimals, without printf's cost. */
static void put_fixed(struct buf *b, double v, int64_t scale) {
  int64_t n = llround(fabs(v) * (double)scale);
  char digits[24];
  unsigned at = sizeof digits;
  int64_t places = scale;
  do {
    digits[--at] = (char)('0' + n % 10);
    n /= 10;
    places /= 10;
    if (places == 1) digits[--at] = '.';
  } while (n || places >= 1);
  if (v < 0) buf_byte(b, '-');
  buf_put(b, (struct str){digits + at, sizeof digits - at});
}

struct rows {
  const struct link_run *run;
  const struct kernel *k;
  struct writer *w;
  levels_t levels;
};

static void write_batch(struct rows *o, const struct link *links, size_t n) {
  const struct link_run *run = o->run;
  struct pair pairs[BATCH];
  for (size_t i = 0; i < n; i++) pairs[i] = (struct pair){links[i].a, links[i].b};
  o->k->levels(&run->people, pairs, n, o->levels);
  struct buf *b = &o->w->line;
  for (size_t i = 0; i < n; i++) {
    csv_put(b, table_id(&run->table, links[i].a), false);
    csv_put(b, table_id(&run->table, links[i].b), false);
    put_fixed(b, (double)links[i].weight, 1000);
    buf_byte(b, ',');
    put_fixed(b, weight_probability((double)links[i].weight), 1000000);
    buf_byte(b, ',');
    for (unsigned f = 0; f < run->model.n_fields; f++) {
      uint8_t l = o->levels[f][i];
      buf_byte(b, l == LEVEL_MISSING ? '-' : (char)('0' + l));
    }
    if (run->table.ids_repeat) {
      buf_byte(b, ',');
      csv_put(b, table_source(&run->table, &run->model, links[i].a), false);
      csv_put(b, table_source(&run->table, &run->model, links[i].b), true);
    } else {
      buf_put(b, S("\r\n"));
    }
    if (b->n > WRITER_BYTES) writer_flush(o->w);
  }
}

bool link_write_pairs(const struct link_run *run, struct file_out *to, struct why *why) {
  struct writer w = {.to = to, .line = buf_open(1 << 20)};
  struct rows rows = {.run = run, .k = kernel_of_machine(), .w = &w};
  buf_put(&w.line, S("id_l,id_r,weight,probability,pattern"));
  buf_put(&w.line, run->table.ids_repeat ? S(",source_l,source_r\r\n") : S("\r\n"));
  for (size_t i = 0; i < run->links.n; i += BATCH)
    write_batch(&rows, run->links.p + i, run->links.n - i < BATCH ? run->links.n - i : BATCH);
  return writer_close(&w, why);
}

bool link_write_clusters(const struct link_run *run, struct file_out *to, struct why *why) {
  const struct str bands[] = {S("none"), S("look"), S("link")};
  const struct table *t = &run->table;
  struct writer w = {.to = to, .line = buf_open(1 << 20)};
  buf_put(&w.line, t->ids_repeat ? S("id,cluster,band,source\r\n") : S("id,cluster,band\r\n"));
  for (uint32_t i = 0; i < t->n; i++) {
    csv_put(&w.line, table_id(t, i), false);
    struct arena scratch = run->keep;
    csv_put(&w.line, table_person(&scratch, t, &run->model, run->cluster[i]), false);
    csv_put(&w.line, bands[run->band[i]], !t->ids_repeat);
    if (t->ids_repeat) csv_put(&w.line, table_source(t, &run->model, i), true);
    if (w.line.n > WRITER_BYTES) writer_flush(&w);
  }
  return writer_close(&w, why);
}
