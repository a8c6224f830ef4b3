/* page: what every page of the site wears, filled from the request: who runs the site, which ways
 * lead on for whoever asks, which language. A page's struct holds the layout, its view says {% wrap
 * layout(&page->layout) %}. */
#ifndef WAYMARK_PAGE_H
#define WAYMARK_PAGE_H
#include "web/look/layout.h"
#include "web/look/layout.html.h"
#include "web/web.h"

/* One entry of the main navigation and who sees it; the first four that fit the actor are shown. */
struct page_way { const struct message *name; const char *path; who_t who; };
/* The installation, said once by the program before any fork; the strings must outlive it. */
struct page_site {
  struct str name, place, base_url, exit_url;
  /* Why staff may sign in with a password alone; "" = they may not. */
  struct str no_second_step;
  struct str mail_url, mail_from;  /* smtp(s)://host; "" = no mail leaves */
  bool demo;                       /* invented people; one press signs in as a persona */
  const struct page_way *ways;
  size_t n_ways;
  /* "I'm worried about someone", on every page of whom it fits; a page about a person hands on
     their id as ?about=. NULL: none. */
  const char *worry_path;
  who_t worry_who;
};
void page_site_set(const struct page_site *site);
const struct page_site *page_site(void);  /* never NULL */

/* Kind from the route and the actor: ROUTE_RESIDENT pages wear Exit now, staff pages the staff
 * header. The title is the tab's words: never a person's name. */
struct layout page_layout(struct request *rq, struct str title);
#define PAGE_TITLE(rq, english) words_of((enum language)(rq)->lang, T(english))
#endif
