/* command: `waymark link`. See linkage.h for what it promises. */
#include <setjmp.h>
#include <stdio.h>
#include "base/args.h"
#include "base/limit.h"
#include "linkage/explain.h"
#include "linkage/generate.h"
#include "linkage/linkage.h"

static const char usage[] =
    "waymark link A.csv [B.csv]   find records of the same person, in one file or between two\n"
    "  --out FILE         pairs: id_l,id_r,weight,probability,pattern   (\"-\" is standard "
    "output)\n"
    "  --clusters FILE    people: id,cluster,band (link, look, none)\n"
    "  --report FILE      the model, its weights, and what was and was not compared (HTML)\n"
    "  --config FILE      columns, blocking rules, thresholds (JSON); --save-model FILE writes "
    "one\n"
    "  --id NAME          the id column (otherwise rec_id, unique_id or id; otherwise row "
    "numbers)\n"
    "  --threshold P      probability from which a pair is a link (0.95)\n"
    "  --truth COLUMN     compare the answers with this column; it is never used otherwise\n"
    "  --explain ID1,ID2  why these two records weigh what they weigh, step by step; the report "
    "draws it\n"
    "  --memory MB        most memory to use (4096)\n"
    "  --quiet            no progress and no summary\n"
    "\n"
    "waymark link --generate N [--seed S] [--set typo=0.05 ...] [--out FILE]\n"
    "  N records of invented people (households, twins, moves, errors), with the truth in column "
    "cluster\n"
    "\n"
    "A file named \"-\" is read from standard input.\n";

struct wish {
  struct link_input in;
  const char *out, *clusters, *report, *config, *save_model;
  struct str threshold, explain;
  bool quiet;
};

static const char *option(struct args *args, struct arena *a, const char *name) {
  struct str v;
  return args_value(args, name, &v) ? str_c(a, v) : NULL;
}

static bool read_wish(struct args *args, struct arena *a, struct wish *w, struct why *why) {
  struct str word, memory = {0};
  int64_t mb = 4096;
  *w = (struct wish){.out = option(args, a, "--out"),
                     .clusters = option(args, a, "--clusters"),
                     .report = option(args, a, "--report"),
                     .config = option(args, a, "--config"),
                     .save_model = option(args, a, "--save-model"),
                     .quiet = args_flag(args, "--quiet")};
  args_value(args, "--id", &w->in.id_name);
  args_value(args, "--truth", &w->in.truth_name);
  args_value(args, "--threshold", &w->threshold);
  args_value(args, "--explain", &w->explain);
  if (args_value(args, "--memory", &memory) && (!str_to_i64(memory, &mb) || mb < 1 || mb > 1 << 20))
    return why_say(why, "--memory is a number of megabytes, 1 or more.");
  w->in.memory_max = (size_t)mb << 20;
  while (w->in.n < 2 && args_word(args, &word)) w->in.path[w->in.n++] = str_c(a, word);
  if (!args_done(args, why)) return false;
  if (!w->in.n) return why_say(why, "Name a CSV file, or \"-\" for standard input.");
  bool both = w->in.n == 2 && !strcmp(w->in.path[0], "-") && !strcmp(w->in.path[1], "-");
  return !both || why_say(why, "Only one of the two files can be standard input.");
}

static bool read_config(struct arena *a, const struct wish *w, struct link_config *c,
                        struct why *why) {
  struct str text;
  *c = config_default();
  if (w->config && (!file_read(a, w->config, 4 << 20, &text, why) || !config_read(a, text, c, why)))
    return why_at(why, "%s", w->config);
  if (w->threshold.n &&
      (!str_to_double(w->threshold, &c->threshold) || c->threshold <= 0 || c->threshold >= 1))
    return why_say(why, "--threshold is a probability between 0 and 1, such as 0.95.");
  return true;
}

static int generate(struct args *args, struct arena *a, struct str count, struct why *why) {
  struct generate_settings s = generate_usual();
  struct str text;
  int64_t n, seed = 1;
  if (!str_to_i64(count, &n) || n < 1 || n > 20 * 1000 * 1000)
    return why_say(why, "--generate is a number of records, 1 to 20000000."), 2;
  if (args_value(args, "--seed", &text) && !str_to_i64(text, &seed))
    return why_say(why, "--seed is a whole number."), 2;
  while (args_value(args, "--set", &text))
    if (!generate_set(&s, text, why)) return 2;
  const char *path = option(args, a, "--out");
  if (!args_done(args, why)) return 2;
  struct buf out = buf_open((size_t)200 * (size_t)n + 4096);
  bool ok = generate_people(&out, (uint32_t)n, (uint64_t)seed, &s) ||
            why_say(why, "There was not enough memory for so many records.");
  if (ok && path && strcmp(path, "-"))
    ok = file_write(path, buf_str(&out), why);
  else if (ok)
    ok = fwrite(out.p, 1, out.n, stdout) == out.n ||
         why_say(why, "Standard output could not be written.");
  buf_free(&out);
  return ok ? 0 : 1;
}

/* ---- the summary ---- */

static void say_columns(FILE *to, const struct link_run *run) {
  fprintf(to, "Columns (change them with --config):\n");
  for (unsigned i = 0; i < run->columns.n; i++) {
    enum kind k = run->columns.p[i].kind;
    fprintf(to, "  %-24s %s\n", run->columns.p[i].name,
            k == KIND_TRUTH || k == KIND_IGNORE ? "not compared" : kind_info(k)->name);
  }
}

static void say_rules(FILE *to, const struct link_run *run, const struct accuracy *acc,
                      struct arena a) {
  uint64_t links = 0;
  float threshold = (float)probability_weight(run->model.threshold);
  for (size_t i = 0; i < run->links.n; i++) links += run->links.p[i].weight >= threshold;
  fprintf(to, "Blocking rule                         pairs new    share of links reached%s\n",
          acc ? "  of true pairs" : "");
  for (unsigned r = 0; r < run->model.n_rules; r++) {
    struct str text = rule_text(&a, &run->model, &run->model.rule[r]);
    fprintf(to, "  %-32.*s %12llu    %5.1f %%", P(text), (unsigned long long)run->rule_first[r],
            links ? 100.0 * (double)run->rule_links[r] / (double)links : 0);
    if (acc) fprintf(to, "                 %5.1f %%", 100 * acc->rule_reach[r]);
    if (run->blocks[r].too_large)
      fprintf(to, "   (%llu groups of more than %d records not compared)",
              (unsigned long long)run->blocks[r].too_large, BLOCK_RECORDS_MAX);
    fprintf(to, "\n");
  }
  struct expected e = link_expected(run);
  uint32_t people = 0;
  for (uint32_t i = 0; i < run->table.n; i++) people += run->cluster[i] == i;
  fprintf(to, "%u records, %llu pairs compared, %llu links, %u people.\n", run->table.n,
          (unsigned long long)run->pairs_compared, (unsigned long long)links, people);
  fprintf(to,
          "A pair is a link from a probability of %.4g (--threshold), for a person to look at from "
          "%.4g (\"look\" in --config).\n",
          run->model.threshold, run->model.look);
  if (links)
    fprintf(to,
            "Expected without knowing the truth: precision %.3f (%.3f to %.3f), recall %.3f (%.3f "
            "to %.3f).\n",
            e.precision, e.precision_low, e.precision_high, e.recall, e.recall_low, e.recall_high);
  else
    fprintf(to, "No pair is a link, so there is no precision or recall to expect.\n");
  if (run->model.one_per_source)
    fprintf(to, "Each source is taken to hold nobody twice (\"one_per_source\": false in --config "
                "changes that).\n");
}

static void say_accuracy(FILE *to, const struct accuracy *acc) {
  fprintf(to, "Against the truth column (%llu true pairs, %.2f %% reached by the rules):\n",
          (unsigned long long)acc->true_pairs, 100 * acc->reach);
  fprintf(to, "  pairs at the threshold   precision %.4f  recall %.4f  F1 %.4f\n", acc->precision,
          acc->recall, acc->f1);
  fprintf(to, "  pairs at the best cut    F1 %.4f (weight %.2f)\n", acc->best_f1, acc->best_weight);
  fprintf(to, "  clustered                precision %.4f  recall %.4f  F1 %.4f\n",
          acc->cluster_precision, acc->cluster_recall, acc->cluster_f1);
}

/* What makes an answer weaker than it may look. */
static void say_doubts(FILE *to, const struct link_run *run) {
  if (run->table.not_utf8)
    fprintf(to,
            "%llu records hold letters that are not UTF-8; they were read as Windows-1252. Save "
            "the file as CSV (UTF-8) if names look wrong.\n",
            (unsigned long long)run->table.not_utf8);
  if (run->model.n_fields == 1)
    fprintf(to,
            "Only the column \"%s\" is compared. One column cannot tell two people of the same "
            "value apart; add others, or name them in a --config file.\n",
            run->model.field[0].name);
}

static bool pair_named(const struct link_run *run, struct str ids, struct pair *out,
                       struct why *why) {
  struct str second = ids, first = str_cut(&second, ',');
  const struct table *t = &run->table;
  out->a = table_find(t, &run->model, str_trim(first), run->keep);
  out->b = table_find(t, &run->model, str_trim(second), run->keep);
  return (out->a < t->n && out->b < t->n && out->a != out->b) ||
         why_say(why, "--explain takes two ids of the input with a comma between, such as 12,57.");
}

/* Levels in words and their weights; no values, so that the answer can be shown to whoever may see
 * the ids. */
static void say_explained(FILE *to, const struct link_run *run, struct pair pair) {
  struct explain_step step[FIELDS_MAX + 1];
  size_t n = explain_pair(&run->people, &run->weights, pair, step);
  fprintf(to, "%-24s %-28s %8s %8s\n", "compared", "found", "weight", "sum");
  for (size_t i = 0; i < n; i++) {
    const char *name = step[i].field < 0 ? "start" : run->model.field[step[i].field].name;
    fprintf(to, "%-24s %-28s %+8.2f %+8.2f\n", name, step[i].words, (double)step[i].weight,
            (double)step[i].sum);
  }
  fprintf(to, "probability %.4f; %s\n", weight_probability((double)step[n - 1].sum),
          run->cluster[pair.a] == run->cluster[pair.b] ? "one person" : "two people");
}

/* The files of a run appear together, or none does. */
enum { ANSWERS_MAX = 4 };
static struct answers { /* survives longjmp, so that memory running out leaves nothing behind */
  struct file_out file[ANSWERS_MAX];
  unsigned n;
} answers;

/* *to is NULL where standard output is meant. */
static bool answer_open(const char *path, bool or_stdout, struct file_out **to, struct why *why) {
  *to = NULL;
  if (or_stdout && !strcmp(path, "-")) return true;
  if (!file_out_open(&answers.file[answers.n], path, why)) return false;
  *to = &answers.file[answers.n++];
  return true;
}

static void answers_abandon(void) {
  while (answers.n) file_out_abandon(&answers.file[--answers.n]);
}

static bool answers_commit(struct why *why) {
  bool ok = true;
  for (unsigned i = 0; i < answers.n && ok; i++) ok = file_out_ready(&answers.file[i], why);
  for (unsigned i = 0; i < answers.n && ok; i++) ok = file_out_commit(&answers.file[i], why);
  answers_abandon();
  return ok;
}

static bool save_model(const struct link_run *run, struct file_out *to, struct why *why) {
  struct buf b = buf_open(4 << 20);
  config_write(&b, &run->model, &run->columns, run->table.n);
  bool ok = !b.full || why_say(why, "The model grew too large to write.");
  if (ok) file_out_put(to, buf_str(&b));
  buf_free(&b);
  return ok;
}

static bool write_answers(const struct wish *w, struct link_run *run, const struct accuracy *acc,
                          const struct pair *asked, struct progress *progress, struct why *why) {
  struct file_out *to;
  progress_step(progress, "Write", "files", 0);
  if (w->report &&
      (!answer_open(w->report, false, &to, why) || !link_report(run, acc, asked, to, why)))
    return false;
  if (w->save_model && (!answer_open(w->save_model, false, &to, why) || !save_model(run, to, why)))
    return false;
  if (w->out && (!answer_open(w->out, true, &to, why) || !link_write_pairs(run, to, why)))
    return false;
  if (w->clusters &&
      (!answer_open(w->clusters, true, &to, why) || !link_write_clusters(run, to, why)))
    return false;
  if (!progress_goes_on(progress)) return why_say(why, "Stopped while writing, as asked.");
  progress_end(progress, answers.n);
  return answers_commit(why);
}

static int run_wish(const struct wish *w, struct link_run *run, const struct link_config *config,
                    struct why *why) {
  struct progress bar = w->quiet ? progress_silent() : progress_terminal(), *progress = &bar;
  struct accuracy acc;
  struct arena scratch = arena_open((size_t)1 << 33);
  scratch.out = run->keep.out;
  bool stdout_used = (w->out && !strcmp(w->out, "-")) || (w->clusters && !strcmp(w->clusters, "-"));
  FILE *to = stdout_used ? stderr : stdout;
  bool ok = link_run(run, &w->in, config, progress, why);
  if (ok && w->in.truth_name.n) acc = link_accuracy(run, scratch);
  struct pair pair, *asked = w->explain.n ? &pair : NULL;
  if (ok && asked) ok = pair_named(run, w->explain, asked, why);
  ok = ok && write_answers(w, run, w->in.truth_name.n ? &acc : NULL, asked, progress, why);
  if (!ok) answers_abandon();
  if (ok && !w->quiet) {
    say_columns(to, run);
    say_rules(to, run, w->in.truth_name.n ? &acc : NULL, scratch);
    say_doubts(to, run);
  }
  if (ok && w->in.truth_name.n) say_accuracy(to, &acc);
  if (ok && asked) say_explained(to, run, pair);
  arena_close(&scratch);
  return ok ? 0 : str_contains(why_str(why), S("Stopped while")) ? 3 : 1;
}

int linkage_command(int argc, char **argv) {
  static struct link_run run; /* large, and must survive longjmp */
  struct why why = {0};
  struct args args = args_of(argc, argv);
  struct arena a = arena_open(64 << 20);
  jmp_buf out;
  struct wish *w = arena_new(&a, struct wish);
  struct link_config *config = arena_new(&a, struct link_config);
  if (args_flag(&args, "--help")) {
    fputs(usage, stdout);
    arena_close(&a);
    return 0;
  }
  int status = 1;
  struct str count;
  if (args_value(&args, "--generate", &count)) {
    status = generate(&args, &a, count, &why);
    if (status) fprintf(stderr, "%s\n", why.text);
    arena_close(&a);
    return status;
  }
  if (!read_wish(&args, &a, w, &why)) {
    fprintf(stderr, "%s\n%s", why.text, usage);
    status = 2;
  } else if (setjmp(out)) {
    answers_abandon();
    fprintf(stderr,
            "This file needs more than the %zu MB allowed. Raise --memory, or link a smaller part "
            "(by area or birth year).\n",
            w->in.memory_max >> 20);
    status = 70;
  } else {
    run = (struct link_run){0};
    run.keep.out = &out;
    limit_memory(w->in.memory_max);
    if (read_config(&a, w, config, &why)) status = run_wish(w, &run, config, &why);
    if (status) fprintf(stderr, "%s\n", why.text);
  }
  limit_memory(0);
  link_close(&run);
  arena_close(&a);
  return status;
}
