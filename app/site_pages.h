/* site_pages: what the views of app/site.html are given. */
#ifndef WAYMARK_SITE_PAGES_H
#define WAYMARK_SITE_PAGES_H
#include "web/page.h"
struct site_page { struct layout layout; struct str place; bool demo; };
struct site_error_page { struct layout layout; struct str title, sentence, reference; };
#endif
