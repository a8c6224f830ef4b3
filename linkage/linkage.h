/* linkage: which records are the same person's, within one file or between two. "Link", never
 * "merge": source records stay as they are. Knows only base; reads files it is given and writes
 * files it is told to.
 *
 *   waymark link A.csv [B.csv] --out pairs.csv --clusters clusters.csv --report report.html
 *
 * Steps: read (normalise into packed records), block, train (EM on patterns; never sees truth),
 * weigh every candidate pair, cluster, report. See linkage/README.md for measured figures and the
 * commands that print them. */
#ifndef WAYMARK_LINKAGE_H
#define WAYMARK_LINKAGE_H
#include "linkage/block.h"
#include "linkage/cluster.h"
#include "linkage/model.h"
#include "linkage/table.h"
#include "linkage/train.h"

/* The command `waymark link`. argv[0] is the command's own name. Exit status: 0 done, 1 could not
 * (one sentence on standard error), 2 wrong usage, 3 stopped when asked, 70 memory limit reached.
 * Nothing half-written. */
int linkage_command(int argc, char **argv);

enum yes_no_auto { AUTO = -1, NO = 0, YES = 1 };
struct link_config {
  struct columns columns;      /* n == 0: guessed from the headers */
  struct str rules[RULES_MAX]; /* as text; n_rules == 0: chosen for the columns */
  unsigned n_rules;
  double threshold, look;  /* probabilities */
  enum yes_no_auto within; /* two files: also link inside each file */
  enum yes_no_auto one_per_source;
  bool blind;           /* keep phone and national number as keyed hashes only */
  struct model trained; /* trained.trained: use these probabilities instead of training */
  double trained_records;
};
struct link_config config_default(void);
/* Reads a JSON configuration or model file's text. Unknown keys are refused with a sentence. */
bool config_read(struct arena *a, struct str json, struct link_config *out, struct why *why);
/* A configuration that repeats this run, with the trained probabilities. */
void config_write(struct buf *out, const struct model *m, const struct columns *columns,
                  uint32_t records);

struct link_run {
  struct model model;
  struct columns columns; /* of the first file */
  struct table table;
  struct people people;
  struct score_table weights;
  struct blocks blocks[RULES_MAX];
  uint64_t rule_first[RULES_MAX]; /* pairs compared first under the rule */
  uint64_t rule_links[RULES_MAX]; /* links the rule reaches, whichever rule gave them first */
  uint64_t pairs_compared;
  struct training training;
  struct links links; /* weight of at least `kept_from`, after one-to-one */
  uint32_t *cluster;  /* by record: lowest record of its person */
  uint8_t *band;      /* by record */
  uint64_t per_source[SOURCES_MAX];
  struct arena keep; /* everything above lives here */
  struct arena links_room;
};
enum band { BAND_NONE, BAND_LOOK, BAND_LINK };
#define WEIGHT_KEPT (-6.63f) /* probability 0.01: pairs below are not kept */

double weight_probability(double weight); /* 1 / (1 + 2^-weight) */
double probability_weight(double p);

struct link_input {
  const char *path[2];
  unsigned n;
  struct str id_name, truth_name;
  size_t memory_max;
  const uint8_t *blind_key; /* 32 bytes; NULL: a fresh one, forgotten afterwards */
};
/* The whole run. On false `why` holds the sentence; either way link_close gives everything back. */
bool link_run(struct link_run *run, const struct link_input *in, const struct link_config *config,
              struct progress *progress, struct why *why);
void link_close(struct link_run *run);
/* Into a file that is open and left open, so that all answers can appear together; NULL: standard
 * output. Where an id stands in more than one source, the sources stand in columns after the
 * others. */
bool link_write_pairs(const struct link_run *run, struct file_out *to, struct why *why);
bool link_write_clusters(const struct link_run *run, struct file_out *to, struct why *why);

/* Accuracy against a truth column; only for reports a person asked for. */
struct accuracy {
  uint64_t true_pairs, links, right; /* at the threshold */
  double precision, recall, f1;
  double best_f1, best_weight; /* over all cuts of the kept pairs */
  double cluster_precision, cluster_recall, cluster_f1;
  double reach; /* share of true pairs some rule gives */
  double rule_reach[RULES_MAX];
};
struct accuracy link_accuracy(const struct link_run *run, struct arena scratch);

/* What the run says about itself without truth: expected true links among the links, and those it
 * missed, with 95 % intervals (normal approximation of a sum of independent pairs; missed_by_rules:
 * same-person pairs the model expects no blocking rule to give). */
struct expected {
  double precision, precision_low, precision_high, recall, recall_low, recall_high, missed_by_rules;
};
struct expected link_expected(const struct link_run *run);
/* `asked`: a pair whose weights are drawn first; NULL: only the examples. */
bool link_report(const struct link_run *run, const struct accuracy *accuracy,
                 const struct pair *asked, struct file_out *to, struct why *why);
#endif
