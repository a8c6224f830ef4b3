/* layout: what app/layout.html needs to know to put a page between its header and footer. A page's
 * struct holds one, web fills it from the request (who asks, which language, where the ways lead),
 * the view says
 *   {% wrap layout(&page->layout) %} ... {% end %} */
#ifndef WAYMARK_LAYOUT_H
#define WAYMARK_LAYOUT_H
#include "web/look/view.h"

enum layout_kind {
  LAYOUT_PUBLIC,    /* no account: Exit now is in view */
  /* a resident's own page: Exit now, and the tab says "My page" whatever the title is */
  LAYOUT_RESIDENT,
  LAYOUT_STAFF
};
/* One of the ways in the main navigation. Four stand in the bar; what somebody has beyond those is
 * folded under More, so that the bar keeps its one line on a phone. */
struct way { const struct message *name; struct str href; bool here; };
enum { LAYOUT_WAYS_SHOWN = 4, LAYOUT_WAYS_MAX = 16 };
struct layout {
  enum layout_kind kind;
  struct str title;                /* words of the tab; never a person's name */
  /* who runs this installation: "Seaborough Waymark"; "" shows Waymark alone */
  struct str place;
  struct { struct way *p; size_t n; } ways, more;
  bool more_here;                  /* the page lies under More */
  struct str other_language_href;  /* this page in the other language; "" when it cannot be had */
  struct str worry_href;           /* staff: "I'm worried about someone"; "" shows none */
  struct str user_name, sign_out_href; /* signed in as; "" for nobody. Signing out is a POST */
  struct str notice;               /* shown once above the page: "Saved." */
};

/* Where a file of app/ is served: "/asset/style.1a2b3c4d.css". The name holds a hash of the
 * content, so the answer may be kept for ever. "/asset/missing" for an unknown name. */
const char *asset_path(const char *name);
#endif
