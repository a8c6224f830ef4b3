/* tpl: the view compiler's inside. A view file becomes a list of operations, those become C.
 * tool/VIEWS.md is the language; web/look/view.h is what the C calls.
 *
 * Nothing is guessed: an element, attribute or place the compiler does not know is refused with
 * file, line and what to write instead. That is what makes "the short form is the safe form"
 * hold. */
#ifndef WAYMARK_TPL_H
#define WAYMARK_TPL_H
#include "base/base.h"
#include "words/words.h"

enum {
  TPL_BYTES_MAX = 1 << 20, TPL_DEPTH_MAX = 64, TPL_EXPR_DEPTH_MAX = 24, TPL_EXPR_BYTES_MAX = 600
};

/* Where a value stands, and so which writer of view.h escapes it. */
enum tpl_context { IN_TEXT, IN_PLAIN, IN_ATTR, IN_URL, IN_SEGMENT, IN_QUERY, IN_OPAQUE, IN_TOKEN };

struct ops { struct op *p; size_t n; };
enum op_kind {
  OP_LITERAL,   /* text: markup as it goes out */
  OP_VALUE,     /* expr, context */
  OP_MESSAGE,   /* message */
  OP_BOOLEAN,   /* expr: write text (" checked") when true */
  OP_OPTIONAL,  /* expr: write text (' lang="'), the value, a quote when true; context */
  OP_CSRF,
  OP_IF, OP_ELIF, OP_ELSE,  /* expr */
  OP_EACH,      /* name : expr */
  OP_WITH,      /* name : expr */
  OP_END,       /* closes IF, EACH, WITH */
  OP_SHOW,      /* name(expr) */
  OP_WRAP, OP_WRAP_END,
  OP_BODY
};
struct op {
  enum op_kind kind;
  int line;
  struct str text, expr, name;
  enum tpl_context context;
  struct tpl_message *message;
};

struct tpl_token { struct str text; struct ops ops; };
struct tpl_message {
  struct str id, id_plural, count;       /* count: the expression a plural follows */
  struct { struct tpl_token *p; size_t n; } tokens;
  int line;
};
/* One line of the listing of all words: where a message stands. */
struct tpl_word { struct str id, id_plural; int line; };

struct tpl_view { struct str name, params, param_names; struct ops ops; int line; bool has_body; };
struct tpl_out {
  struct strs includes;
  struct { struct tpl_view *p; size_t n; } views;
  struct { struct tpl_word *p; size_t n; } words;
};

/* Reads a view file. `name` is shown in errors (directory/find.html). False: why is "name:line:
 * sentence". */
bool tpl_read(struct arena *a, struct str name, struct str text, struct tpl_out *out,
              struct why *why);
/* Writes the C of what was read. `header` is the file name the C includes. */
void tpl_write_c(struct arena *a, const struct tpl_out *t, struct str name, struct str header,
                 struct buf *c);
void tpl_write_h(struct arena *a, const struct tpl_out *t, struct str name, struct buf *h);
/* A C string literal of s, quotes included. */
void tpl_c_string(struct buf *out, struct str s);

/* ---- shared by the compiler's files ---- */

enum element_flag {
  EL_INLINE = 1,     /* part of a sentence: its text is translated with the words around it */
  EL_VOID = 2,       /* has no end tag */
  EL_WORDS = 4,      /* holds words and values only: title, option, textarea */
  EL_SHUTS_P = 8,    /* a browser would end an open <p> here */
  EL_SVG = 16,
  EL_KEEP_SPACE = 32 /* white space counts: pre, textarea */
};
struct element {
  const char *name;
  unsigned flags;
  const char *parents;  /* allowed parents, NULL = any */
};
const struct element *tpl_element(struct str name);

enum attr_kind { ATTR_PLAIN, ATTR_URL, ATTR_TOKEN, ATTR_WORDS, ATTR_STATIC, ATTR_REFUSED };
/* What may stand in an attribute; for REFUSED *instead says what to do. */
enum attr_kind tpl_attr(struct str element, struct str attr, const char **instead);
bool tpl_attr_boolean(struct str attr);
/* A character reference such as "&amp;" at s[0]: writes its UTF-8 and returns the bytes read; 0
 * when not known. */
size_t tpl_entity(struct str s, struct buf *out);

enum item_kind { ITEM_TEXT, ITEM_VALUE, ITEM_OPEN, ITEM_CLOSE, ITEM_VOID };
struct item {
  enum item_kind kind;
  struct str text;    /* TEXT: decoded, white space folded. OPEN, CLOSE, VOID: element's name */
  struct str expr;    /* VALUE */
  struct str name;    /* VALUE: slot name */
  struct ops ops;     /* tags: how the tag goes out */
  int line, partner;  /* OPEN and CLOSE: index of the other, -1 */
  bool own_words;     /* OPEN: translate="no" */
  bool newline;       /* TEXT of white space only: held a line break */
};
struct run { struct item *p; size_t n; size_t cap; };

enum frame_kind {
  FRAME_ELEMENT, FRAME_VIEW, FRAME_IF, FRAME_EACH, FRAME_WITH, FRAME_WRAP, FRAME_PLURAL
};
struct frame {
  enum frame_kind kind;
  struct str name;                   /* element, loop variable, wrapped view */
  const struct element *element;
  int line;
  bool seen_else, own_words;         /* own_words: translate="no" here or above */
  struct str expr;                   /* WRAP arguments, PLURAL count */
  struct run one;                    /* PLURAL: the form for one */
};
enum edge { EDGE_BLOCK, EDGE_CONTROL };
struct tpl {
  struct arena *a;
  struct str name, text;
  size_t at;
  int line;
  struct why *why;
  struct tpl_out *out;
  struct tpl_view *view;
  size_t includes_cap, views_cap, words_cap, ops_cap;
  struct run run;
  enum edge edge;                    /* what the run began after */
  struct frame stack[TPL_DEPTH_MAX];
  int depth;
  struct strs ids;                   /* static ids of this view, to refuse a second */
  size_t ids_cap;
  struct attr *attrs;                /* room for one tag's attributes */
};

bool tpl_refuse(struct tpl *t, int line, const char *format, ...) PRINTF_LIKE(3, 4);
struct str tpl_str(struct tpl *t, const char *format, ...) PRINTF_LIKE(2, 3);
struct op *tpl_op(struct tpl *t, struct ops *ops, size_t *cap, enum op_kind kind, int line);
void tpl_literal(struct tpl *t, struct ops *ops, size_t *cap, struct str markup, int line);
void tpl_escaped(struct tpl *t, struct ops *ops, size_t *cap, struct str text, int line);
bool tpl_has_letters(struct str s);
void tpl_note_words(struct tpl *t, struct str id, struct str id_plural, int line);

/* An expression of a view as C. `where` says what it is for; *name becomes the slot name it would
 * have. */
enum expr_use {
  EXPR_VALUE, EXPR_WORDS_VALUE /* shown to people: no bare string */, EXPR_TRUE, EXPR_ARGUMENTS
};
bool tpl_expr(struct tpl *t, struct str text, int line, enum expr_use use, struct str *c,
              struct str *name);

/* Ends the sentence in hand. Each side is a block's edge, where white space is layout, or a
 * control's, where it counts. */
bool tpl_flush(struct tpl *t, enum edge after);
bool tpl_plural(struct tpl *t, const struct frame *f, struct run other);
/* Builds the message of items (all tags paired); adds it to the view's words. */
bool tpl_message_of(struct tpl *t, const struct run *one, const struct run *other,
                    enum tpl_context context, int line,
                    struct tpl_message **out);
void tpl_item(struct tpl *t, struct run *run, struct item item);

bool tpl_tag(struct tpl *t);          /* at "<" */
bool tpl_directive(struct tpl *t);    /* at "{%" */
struct frame *tpl_push(struct tpl *t, enum frame_kind kind, int line);
static inline struct frame *tpl_top(struct tpl *t) {
  return t->depth ? &t->stack[t->depth - 1] : NULL;
}
/* The nearest open element of the view, or NULL; and the nearest of one name. */
const struct frame *tpl_parent(const struct tpl *t);
const struct frame *tpl_inside(const struct tpl *t, const char *element);
struct frame *tpl_in_plural(struct tpl *t);
/* Text of "{{ ... }}" or "{% ... %}" from t->at on; moves past it. */
bool tpl_braces(struct tpl *t, char mark, struct str *inner);
bool tpl_value(struct tpl *t, enum expr_use use, struct str *c, struct str *name);
#endif
