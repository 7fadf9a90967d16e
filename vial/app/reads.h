/*
 * Reads: what a response was made from.
 *
 *     file:content/a.md   template:page.html   page:blog/hello.md#title   section:blog config:title
 *
 * Objects note them while templates run; the manifest and the preview find by them which outputs a
 * change touches. A set: noting twice is noting once.
 *
 * A key is a thing, or a field of one behind "#". A thing is in the set once, with a bit for each
 * of its fields, so that what is read most often costs least. List of things may have fields as
 * well: "section:blog#title" is the title of whatever page is in that section.
 *
 * What was asked of the request itself is noted as well, for whoever keeps responses for others:
 *
 *     request:query  request:host  request:method  request:accept  request:language
 *                      what a kept response may differ by
 *     request:headers  request:cookies  request:session  request:peer  request:body
 *                      what makes it one person's own
 *     request:code     a handler or a hook took part of which nobody knows what it reads
 *
 * Nothing changes these, so the manifest and the preview do not mind them. What an app says that it
 * was made from (vial_depends()) is "depends:FILE", or "thing:KIND:ID".
 *
 * Beside them stand the URLs that url_for() built meanwhile: by these the builder finds pages that
 * no rule and no list names.
 */
#pragma once
#include "vial/base/map.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A thing that was read. */
struct read {
    uint64_t fields; /* of reads_field(), and READ_ITSELF */
};

/* The thing as such; and any field that came too late to have a bit of its own. */
#define READ_ITSELF (UINT64_C(1) << 63)
#define READ_OTHERS (UINT64_C(1) << 62)

struct reads {
    struct map things; /* struct read, by "page:blog/hello.md", in the order first noted */
    struct map urls;   /* likewise: "/blog/hello/", "/search?q=x", or absolute            */
    const void *part;  /* which this is: pointers to entries hold as long as it is        */
    bool unfollowed;   /* nobody asks for the URLs: none are noted                        */
};

struct reads *reads_new(struct arena *a);
void reads_note(struct reads *reads, str key); /* copies the key; NULL reads: does nothing */
void reads_note_url(struct reads *reads, str url);
bool reads_has(const struct reads *reads, str key);

/* The entry of a thing, made when absent: for those who note many fields of it. */
struct read *reads_of(struct reads *reads, str thing);

/* Whether something that was read is among what `changed`. */
bool reads_meet(const struct reads *reads, const struct reads *changed);

/* Adds all of `from`, without its URLs. */
void reads_add(struct reads *reads, const struct reads *from);

/*
 * Parts: what is noted from reads_begin() to reads_end() stands apart for that while, so that it
 * can be kept, and noted again for another response that reuses what was made from it.
 * reads_begin() gives what was noted before. reads_turn() exchanges the two, for what belongs to
 * the whole.
 */
struct reads reads_begin(struct reads *reads);
void reads_turn(struct reads *reads, struct reads *before);
void reads_end(struct reads *reads, struct reads *before);
struct reads *reads_copy(struct arena *a, const struct reads *reads);
void reads_repeat(struct reads *reads, const struct reads *kept); /* with its URLs */
/* False: something complained, and has to complain again, so that what was made may not be kept. */
bool reads_may_be_kept(const struct reads *reads);

/*
 * The bit of a field's name: always the same in one process, READ_OTHERS when there are too many.
 * Any thread.
 */
uint64_t reads_field(str name);
/* The name of the field with this bit; empty: there is none yet. */
str reads_field_name(unsigned bit);

#ifdef __cplusplus
}
#endif
