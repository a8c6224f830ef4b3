/* pages: handlers and what their views show. Private to directory/. */
#ifndef WAYMARK_DIRECTORY_PAGES_H
#define WAYMARK_DIRECTORY_PAGES_H
#include "directory/inside.h"
#include "web/page.h"

/* Open Referral UK (oruk_pages.c). */
handler oruk_services, oruk_one_service, oruk_at_locations, oruk_one_at_location, oruk_organisations,
    oruk_one_organisation, oruk_taxonomies, oruk_one_taxonomy, oruk_terms, oruk_one_term;
#endif
