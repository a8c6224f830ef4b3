/* report: one HTML page about a run, readable without script and without a network. SVG drawings
 * and tables come from the same arrays, figure by figure. It names no person and shows no value:
 * levels in words only. */
#include <math.h>
#include <stdio.h>
#include "linkage/explain.h"
#include "linkage/linkage.h"

enum { REPORT_BYTES_MAX = 8 << 20, CUTS = 21 };

static const char style[] =
    "body{font:1.06rem/1.5 system-ui,sans-serif;margin:0 "
    "auto;max-width:62rem;padding:1rem;color:#16211c;background:#fff}"
    "h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2.2rem}table{border-collapse:collapse;width:"
    "100%;margin:.6rem 0 1.4rem}"
    "caption{text-align:left;font-weight:700;padding:.3rem 0}th,td{text-align:left;padding:.25rem "
    ".7rem .25rem 0;border-bottom:1px solid #d5dbd7;"
    "vertical-align:top}td.r,th.r{text-align:right;font-variant-numeric:tabular-nums}.tw{overflow-"
    "x:auto}svg{display:block;width:100%;overflow:visible}"
    "svg "
    "text{font-size:14px;fill:#16211c}.for{fill:#2f6b58}.against{fill:#a3461c}.ax{stroke:#6b7a72}."
    "gr{stroke:#d5dbd7}.b{font-weight:700}.m{text-anchor:middle}"
    ".e{text-anchor:end}.none{fill:#fff;stroke:#6b7a72;stroke-dasharray:3 "
    "3}.cut{stroke:#16211c;stroke-dasharray:4 4}.says{border-left:4px solid "
    "#7fa697;padding-left:1rem}"
    "@media(forced-colors:active){svg "
    "text{fill:CanvasText}.for{fill:Highlight}.against{fill:CanvasText}}";

static void escaped(struct buf *b, struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    switch (s.p[i]) {
      case '<': buf_put(b, S("&lt;")); break;
      case '>': buf_put(b, S("&gt;")); break;
      case '&': buf_put(b, S("&amp;")); break;
      case '"': buf_put(b, S("&quot;")); break;
      default: buf_byte(b, s.p[i]);
    }
  }
}

static void cell(struct buf *b, struct str s) {
  buf_put(b, S("<td>"));
  escaped(b, s);
  buf_put(b, S("</td>"));
}

/* "+3.1", with the true minus sign. */
static void signed1(struct buf *b, double v) {
  double r = round(v * 10) / 10;
  buf_format(b, "%s%.1f", r > 0 ? "+" : r < 0 ? "\u2212" : "", fabs(r));
}

static double place(double weight) {
  return 100 * (fmin(fmax(weight, -20), 20) + 20) / 40;
} /* percent of the width */

static void scale(struct buf *b, double height) {
  for (int w = -20; w <= 20; w += 10) {
    buf_format(b,
               "<line x1=\"%.2f%%\" y1=\"20\" x2=\"%.2f%%\" y2=\"%.0f\" class=\"%s\"/><text "
               "x=\"%.2f%%\" y=\"14\" class=\"%s\">",
               place(w), place(w), height, w ? "gr" : "ax", place(w),
               w == -20  ? ""
               : w == 20 ? "e"
                         : "m");
    signed1(b, w);
    buf_put(b, S("</text>"));
  }
}

static void bar(struct buf *b, double y, double from, double to, bool known) {
  double lo = place(fmin(from, to)), wide = fabs(place(to) - place(from));
  if (!known) {
    buf_format(b, "<rect x=\"%.2f%%\" y=\"%.0f\" width=\"1.2%%\" height=\"16\" class=\"none\"/>",
               lo - .6, y);
    return;
  }
  buf_format(b, "<rect x=\"%.2f%%\" y=\"%.0f\" width=\"%.2f%%\" height=\"16\" class=\"%s\"/>", lo,
             y, fmax(wide, .3), to >= from ? "for" : "against");
  double end = place(to);
  bool left = to < from ? end > 12 : end > 88;
  buf_format(b, "<text x=\"%.2f%%\" y=\"%.0f\" dx=\"%d\" class=\"b%s\">", end, y + 13,
             left ? -6 : 6, left ? " e" : "");
  signed1(b, to - from);
  buf_put(b, S("</text>"));
}

/* ---- weights of levels ---- */

static double level_weight(const struct field *f, unsigned l) {
  return log2((double)f->p[CLASS_SAME][l] / (double)f->p[CLASS_STRANGERS][l]);
}

static void weights_chart(struct buf *b, const struct model *m) {
  unsigned rows = 0;
  for (unsigned f = 0; f < m->n_fields; f++) rows += m->field[f].levels + 1u;
  double height = 30 + rows * 38.0, y = 30;
  buf_format(b,
             "<figure><figcaption>Weight of each level of agreement: one person at the same home "
             "against strangers. Each step of 1 doubles the odds.</figcaption>"
             "<svg height=\"%.0f\" role=\"group\" aria-labelledby=\"wt\"><title id=\"wt\">Match "
             "weights by level; the table below holds the same numbers</title>",
             height);
  scale(b, height);
  for (unsigned f = 0; f < m->n_fields; f++) {
    buf_format(b, "<text x=\"0\" y=\"%.0f\" class=\"b\">", y + 24);
    escaped(b, str_of(m->field[f].name));
    buf_put(b, S("</text>"));
    y += 38;
    for (unsigned l = m->field[f].levels; l-- > 0; y += 38) {
      buf_format(b, "<text x=\"0\" y=\"%.0f\">%s</text>", y + 12,
                 kind_info(m->field[f].kind)->level[l]);
      bar(b, y + 18, 0, level_weight(&m->field[f], l), true);
    }
  }
  buf_put(b, S("</svg></figure>"));
}

static void weights_table(struct buf *b, const struct model *m) {
  buf_put(b, S("<div class=\"tw\"><table><caption>Probability of each level, by kind of pair, when "
               "both values are known</caption><thead><tr><th>Column</th><th>Level</th>"
               "<th class=\"r\">One person, same home</th><th class=\"r\">One person, "
               "moved</th><th class=\"r\">Two people, one home</th><th class=\"r\">Strangers</th>"
               "<th class=\"r\">Weight</th></tr></thead><tbody>"));
  for (unsigned f = 0; f < m->n_fields; f++) {
    const struct field *field = &m->field[f];
    for (unsigned l = field->levels; l-- > 0;) {
      buf_put(b, S("<tr>"));
      cell(b, str_of(field->name));
      cell(b, str_of(kind_info(field->kind)->level[l]));
      for (unsigned c = 0; c < CLASS_COUNT; c++)
        buf_format(b, "<td class=\"r\">%.2g</td>", (double)field->p[c][l]);
      buf_put(b, S("<td class=\"r\">"));
      signed1(b, level_weight(field, l));
      buf_put(b, S("</td></tr>"));
    }
  }
  buf_put(b, S("</tbody></table></div>"));
}

/* ---- waterfalls ---- */

static void waterfall(struct buf *b, const struct link_run *run, struct pair pair,
                      const char *title) {
  struct explain_step step[FIELDS_MAX + 1];
  size_t n = explain_pair(&run->people, &run->weights, pair, step);
  double height = 40 + (double)n * 38, y = 26, cut = probability_weight(run->model.threshold);
  buf_format(
      b, "<h3>%s</h3><figure><svg height=\"%.0f\" role=\"group\"><title>Waterfall of weights, sum ",
      title, height);
  signed1(b, (double)step[n - 1].sum);
  buf_put(b, S("</title>"));
  scale(b, height);
  buf_format(b, "<line x1=\"%.2f%%\" y1=\"20\" x2=\"%.2f%%\" y2=\"%.0f\" class=\"cut\"/>",
             place(cut), place(cut), height);
  for (size_t i = 0; i < n; i++, y += 38) {
    buf_format(b, "<text x=\"0\" y=\"%.0f\">", y + 12);
    escaped(b, step[i].field < 0 ? S("start") : str_of(run->model.field[step[i].field].name));
    buf_format(b, ": %s</text>", step[i].words);
    bar(b, y + 18, (double)(step[i].sum - step[i].weight), (double)step[i].sum, step[i].known);
  }
  buf_put(b, S("</svg></figure><table><thead><tr><th>Compared</th><th>Found</th><th "
               "class=\"r\">Weight</th><th class=\"r\">Sum so far</th></tr></thead><tbody>"));
  for (size_t i = 0; i < n; i++) {
    buf_put(b, S("<tr>"));
    cell(b, step[i].field < 0 ? S("start") : str_of(run->model.field[step[i].field].name));
    cell(b, str_of(step[i].words));
    buf_put(b, S("<td class=\"r\">"));
    signed1(b, (double)step[i].weight);
    buf_put(b, S("</td><td class=\"r\">"));
    signed1(b, (double)step[i].sum);
    buf_put(b, S("</td></tr>"));
  }
  buf_put(b, S("</tbody></table>"));
}

/* The kept pair whose weight is nearest to one wanted. */
static bool nearest(const struct link_run *run, double weight, struct pair *out) {
  double best = INFINITY;
  for (size_t i = 0; i < run->links.n; i++) {
    double gap = fabs((double)run->links.p[i].weight - weight);
    if (gap >= best) continue;
    best = gap;
    *out = (struct pair){run->links.p[i].a, run->links.p[i].b};
  }
  return best < INFINITY;
}

static void examples(struct buf *b, const struct link_run *run, const struct pair *asked) {
  double cut = probability_weight(run->model.threshold);
  struct pair pair;
  buf_put(b, S("<h2>Why pairs weigh what they weigh</h2><p>Examples without any person's values. "
               "The dashed line is the threshold. What belongs to the home comes "
               "last: one shared home counts once.</p>"));
  if (asked) waterfall(b, run, *asked, "The pair asked about (--explain)");
  if (nearest(run, cut + 12, &pair)) waterfall(b, run, pair, "A clear link");
  if (nearest(run, cut, &pair)) waterfall(b, run, pair, "A pair at the threshold");
  if (nearest(run, 0, &pair)) waterfall(b, run, pair, "A pair for a person to look at");
}

/* ---- unlinkables ---- */

/* Records that would not reach a weight even against a copy of themselves. */
static void unlinkables(struct buf *b, const struct link_run *run) {
  const struct kernel *k = kernel_of_machine();
  struct score_table t = run->weights;
  struct pair pairs[BATCH];
  levels_t levels;
  float weight[BATCH];
  uint64_t below[CUTS] = {0}, under = 0;
  double cut = probability_weight(run->model.threshold);
  t.cut = -1e6f;
  for (uint32_t i = 0; i < run->table.n; i += BATCH) {
    size_t n = run->table.n - i < BATCH ? run->table.n - i : BATCH;
    for (size_t j = 0; j < n; j++) pairs[j] = (struct pair){i + (uint32_t)j, i + (uint32_t)j};
    k->levels(&run->people, pairs, n, levels);
    k->weights(&run->people, &t, pairs, n, levels, weight);
    for (size_t j = 0; j < n; j++) {
      under += (double)weight[j] < cut;
      for (int c = 0; c < CUTS; c++) below[c] += (double)weight[j] < 2 * c - 20;
    }
  }
  double n = run->table.n, height = 190;
  buf_format(
      b,
      "<h2>Records that cannot be linked</h2><p><b>%llu of %u records (%.1f %%)</b> know too "
      "little to reach the threshold even against a copy of themselves.</p>"
      "<figure><figcaption>Share of records below each weight</figcaption><svg height=\"%.0f\" "
      "role=\"group\"><title>Share of records that cannot reach a weight</title>",
      (unsigned long long)under, run->table.n, 100 * (double)under / n, height);
  scale(b, height - 10);
  for (int c = 0; c < CUTS; c++) {
    double share = (double)below[c] / n;
    buf_format(b, "<rect x=\"%.2f%%\" y=\"%.1f\" width=\"4%%\" height=\"%.1f\" class=\"for\"/>",
               place(2 * c - 20) - 2, height - 10 - 150 * share, 150 * share);
  }
  buf_put(b, S("</svg></figure><table><thead><tr><th>Weight</th><th class=\"r\">Records below "
               "it</th><th class=\"r\">Share</th></tr></thead><tbody>"));
  for (int c = 0; c < CUTS; c += 2) {
    buf_put(b, S("<tr><td>"));
    signed1(b, 2 * c - 20);
    buf_format(b, "</td><td class=\"r\">%llu</td><td class=\"r\">%.1f %%</td></tr>",
               (unsigned long long)below[c], 100 * (double)below[c] / n);
  }
  buf_put(b, S("</tbody></table>"));
}

/* ---- what was compared ---- */

static void compared(struct buf *b, const struct link_run *run, const struct accuracy *acc,
                     uint64_t links) {
  struct arena a = arena_open(1 << 20);
  buf_put(b,
          S("<h2>What was compared, and what was not</h2><div "
            "class=\"tw\"><table><caption>Blocking rules: records that agree on these are looked "
            "at together</caption><thead><tr><th>Rule</th>"
            "<th class=\"r\">Records with a key</th><th class=\"r\">Pairs given first by "
            "it</th><th class=\"r\">Links it reaches</th><th class=\"r\">Groups too large</th>"));
  if (acc) buf_put(b, S("<th class=\"r\">True pairs it reaches</th>"));
  buf_put(b, S("</tr></thead><tbody>"));
  for (unsigned r = 0; r < run->model.n_rules; r++) {
    const struct blocks *k = &run->blocks[r];
    buf_put(b, S("<tr>"));
    cell(b, rule_text(&a, &run->model, &run->model.rule[r]));
    buf_format(b,
               "<td class=\"r\">%llu</td><td class=\"r\">%llu</td><td class=\"r\">%.1f %%</td><td "
               "class=\"r\">%llu</td>",
               (unsigned long long)k->keyed, (unsigned long long)run->rule_first[r],
               links ? 100 * (double)run->rule_links[r] / (double)links : 0,
               (unsigned long long)k->too_large);
    if (acc) buf_format(b, "<td class=\"r\">%.1f %%</td>", 100 * acc->rule_reach[r]);
    buf_put(b, S("</tr>"));
  }
  buf_format(
      b,
      "</tbody></table></div><p>Of %.3g possible pairs, %llu were compared. Groups of more than %d "
      "records with one key were left out.</p><table>"
      "<caption>Columns</caption><thead><tr><th>Column</th><th>Taken as</th></tr></thead><tbody>",
      run->training.pairs_possible > 0 ? run->training.pairs_possible
                                       : (double)run->table.n * (run->table.n - 1.0) / 2,
      (unsigned long long)run->pairs_compared, BLOCK_RECORDS_MAX);
  for (unsigned i = 0; i < run->columns.n; i++) {
    enum kind k = run->columns.p[i].kind;
    buf_put(b, S("<tr>"));
    cell(b, str_of(run->columns.p[i].name));
    cell(b, k == KIND_TRUTH || k == KIND_IGNORE ? S("not compared") : str_of(kind_info(k)->name));
    buf_put(b, S("</tr>"));
  }
  buf_put(b, S("</tbody></table>"));
  arena_close(&a);
}

static void right_and_wrong(struct buf *b, const struct link_run *run, const struct accuracy *acc) {
  struct expected e = link_expected(run);
  buf_format(b,
             "<h2>How right this is</h2><table><caption>Worked out from the weights alone, with 95 "
             "%% intervals; true only as far as the model is</caption><tbody><tr><th>Precision "
             "(links that are right)</th><td class=\"r\">%.3f</td><td class=\"r\">%.3f to "
             "%.3f</td></tr><tr><th>Recall (same-person pairs found)</th><td class=\"r\">%.3f</td>"
             "<td class=\"r\">%.3f to %.3f</td></tr></tbody></table>",
             e.precision, e.precision_low, e.precision_high, e.recall, e.recall_low, e.recall_high);
  if (!acc) return;
  buf_format(b,
             "<table><caption>Against the truth column (%llu true pairs, %.2f %% reached by the "
             "rules)</caption><thead><tr><th></th><th class=\"r\">Precision</th><th "
             "class=\"r\">Recall</th>"
             "<th class=\"r\">F1</th></tr></thead><tbody><tr><th>Pairs at the threshold</th><td "
             "class=\"r\">%.4f</td><td class=\"r\">%.4f</td><td class=\"r\">%.4f</td></tr>"
             "<tr><th>Clustered</th><td class=\"r\">%.4f</td><td class=\"r\">%.4f</td><td "
             "class=\"r\">%.4f</td></tr></tbody></table><p>Best F1 of pairs at any cut: %.4f.</p>",
             (unsigned long long)acc->true_pairs, 100 * acc->reach, acc->precision, acc->recall,
             acc->f1, acc->cluster_precision, acc->cluster_recall, acc->cluster_f1, acc->best_f1);
}

bool link_report(const struct link_run *run, const struct accuracy *acc, const struct pair *asked,
                 struct file_out *to, struct why *why) {
  struct buf b = buf_open(REPORT_BYTES_MAX);
  uint64_t links = 0, people = 0, look = 0;
  float cut = (float)probability_weight(run->model.threshold);
  for (size_t i = 0; i < run->links.n; i++) links += run->links.p[i].weight >= cut;
  for (uint32_t i = 0; i < run->table.n; i++) {
    people += run->cluster[i] == i;
    look += run->band[i] == BAND_LOOK;
  }
  buf_format(
      &b,
      "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>Linkage report - Waymark</title>"
      "<style>%s</style></head><body><main><h1>%u records, %llu people</h1><p>%llu pairs are links "
      "at a probability of %.3g or more; %llu records have a pair for a person to look at. "
      "Nothing is merged: records stay as they are and a link can be undone.</p>",
      style, run->table.n, (unsigned long long)people, (unsigned long long)links,
      run->model.threshold, (unsigned long long)look);
  right_and_wrong(&b, run, acc);
  buf_put(&b, S("<h2>What agreement is worth</h2>"));
  weights_chart(&b, &run->model);
  weights_table(&b, &run->model);
  buf_put(
      &b,
      S("<div class=\"says\"><p><b>What this shows.</b> How much each kind of agreement speaks for "
        "one person, learnt from the file itself without looking at any truth. Rare values weigh "
        "more than the bars show, common ones less.</p><p><b>What it does not show.</b> Proof. Two "
        "people of one home share surname, address and telephone for one reason; the model "
        "weighs that as a kind of pair of its own.</p></div>"));
  examples(&b, run, asked);
  unlinkables(&b, run);
  compared(&b, run, acc, links);
  buf_put(&b, S("</main></body></html>\n"));
  bool ok = !b.full || why_say(why, "The report grew too large to write.");
  if (ok) file_out_put(to, buf_str(&b));
  buf_free(&b);
  return ok;
}
