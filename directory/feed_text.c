/* Text of feeds: markup taken off, mailboxes told apart, pages and records recognised. */
#include "directory/feed.h"

static const json_t *list_of(const json_t *o, const char *const *keys) {
  for (; *keys; keys++) {
    const json_t *v = json_object_get(o, *keys);
    if (json_is_array(v)) return v;
  }
  return NULL;
}
#define KEYS(...)                                                                                  \
  (const char *const[]) { __VA_ARGS__, NULL }

/* ---- Text without markup. */
static bool entity(struct str rest, uint32_t *c, size_t *used) {
  static const struct {
    const char *name;
    uint32_t c;
  } names[] = {{"&amp;", '&'},      {"&lt;", '<'},       {"&gt;", '>'},       {"&quot;", '"'},
               {"&apos;", '\''},    {"&nbsp;", ' '},     {"&ndash;", 0x2013}, {"&mdash;", 0x2014},
               {"&rsquo;", 0x2019}, {"&lsquo;", 0x2018}, {"&pound;", 0xa3},   {"&hellip;", 0x2026}};
  for (size_t i = 0; i < countof(names); i++)
    if (str_starts(rest, str_of(names[i].name)))
      return *c = names[i].c, *used = strlen(names[i].name), true;
  size_t end = str_find_byte(rest, ';');
  int64_t n = 0;
  if (rest.n < 4 || rest.p[1] != '#' || end > 8) return false;
  if (rest.p[2] == 'x' || rest.p[2] == 'X') {
    for (size_t i = 3; i < end; i++) {
      const char *at = strchr("0123456789abcdef", rest.p[i] | 0x20);
      if (!at) return false;
      n = n * 16 + (at - "0123456789abcdef");
    }
  } else if (!str_to_i64(str_slice(rest, 2, end), &n)) {
    return false;
  }
  return *c = (uint32_t)n, *used = end + 1, n > 8 && n < 0x110000;
}

/* A tag ends at ">"; block tags and <br> leave a line's end behind. */
static bool tag(struct str rest, size_t *used, bool *line) {
  char c = rest.n > 1 ? (char)(rest.p[1] | 0x20) : 0;
  size_t end = str_find_byte(rest, '>');
  if (end >= rest.n || !((c >= 'a' && c <= 'z') || rest.p[1] == '/' || rest.p[1] == '!'))
    return false;
  struct str name = str_slice(rest, rest.p[1] == '/' ? 2 : 1, rest.n);
  *line = str_starts(name, S("p")) || str_starts(name, S("br")) || str_starts(name, S("li")) ||
          str_starts(name, S("h")) || str_starts(name, S("div")) || str_starts(name, S("ul"));
  return *used = end + 1, true;
}

struct str feed_plain(struct arena *a, struct str html) {
  size_t n = 0, used;
  html = utf8_mend(a, html);
  char *out = arena_many(a, char, html.n + 8); /* nothing below writes more than it reads */
  for (size_t i = 0; i < html.n;) {
    struct str rest = str_slice(html, i, html.n);
    uint32_t c;
    bool line = false;
    if (html.p[i] == '<' && tag(rest, &used, &line)) {
      if (line && n && out[n - 1] != '\n') out[n++] = '\n';
      i += used;
    } else if (html.p[i] == '&' && entity(rest, &c, &used)) {
      n += utf8_put(out + n, c);
      i += used;
    } else {
      out[n++] = html.p[i++];
    }
  }
  return str_trim((struct str){out, n});
}

struct str feed_canonical(struct arena *a, const json_t *record) {
  size_t n = json_dumpb(record, NULL, 0, JSON_SORT_KEYS | JSON_COMPACT);
  if (!n || n > FEED_RECORD_BYTES_MAX) return (struct str){0};
  char *p = arena_many(a, char, n + 1);
  json_dumpb(record, p, n, JSON_SORT_KEYS | JSON_COMPACT);
  return (struct str){p, n};
}

bool feed_page_read(const json_t *page, struct feed_page *out) {
  *out = (struct feed_page){
      .items =
          json_is_array(page) ? page : list_of(page, KEYS("contents", "content", "data", "items"))};
  const json_t *total = json_object_get(page, "total_items"),
               *pages = json_object_get(page, "total_pages");
  const json_t *last = json_object_get(page, "last_page");
  if (!total) total = json_object_get(page, "totalElements");
  if (!pages) pages = json_object_get(page, "totalPages");
  if (!last) last = json_object_get(page, "last");
  out->known = json_is_integer(total);
  out->total = json_is_integer(total) ? json_integer_value(total) : -1;
  out->pages = json_is_integer(pages) ? json_integer_value(pages) : -1;
  out->last = json_is_true(last);
  return out->items != NULL;
}

/* ---- Whose mailbox, whose desk. */
static const char *const shared_words[] = {"info",
                                           "information",
                                           "enquiries",
                                           "enquiry",
                                           "inquiries",
                                           "hello",
                                           "contact",
                                           "contactus",
                                           "office",
                                           "reception",
                                           "admin",
                                           "team",
                                           "support",
                                           "help",
                                           "helpline",
                                           "helpdesk",
                                           "service",
                                           "services",
                                           "referrals",
                                           "referral",
                                           "referralteam",
                                           "advice",
                                           "jobs",
                                           "work",
                                           "employment",
                                           "skills",
                                           "training",
                                           "learning",
                                           "centre",
                                           "center",
                                           "hub",
                                           "desk",
                                           "front",
                                           "main",
                                           "general",
                                           "customer",
                                           "customerservices",
                                           "bookings",
                                           "booking",
                                           "volunteering",
                                           "volunteer",
                                           "community",
                                           "mail",
                                           "email",
                                           "post",
                                           "line",
                                           "number",
                                           "switchboard",
                                           "duty",
                                           "access",
                                           "careers",
                                           "wellbeing",
                                           "department",
                                           "council",
                                           "library"};

static bool has_shared_word(struct arena *a, struct str text) {
  struct strs words = utf8_words(a, text);
  for (size_t i = 0; i < words.n; i++)
    for (size_t k = 0; k < countof(shared_words); k++)
      if (str_eq(words.p[i], str_of(shared_words[k]))) return true;
  return false;
}

bool feed_shared_mailbox(struct arena *a, struct str email) {
  return has_shared_word(a, str_slice(email, 0, str_find_byte(email, '@')));
}
bool feed_shared_desk(struct arena *a, struct str name) { return has_shared_word(a, name); }
