/*
 * The inside of logic: what its files share and nobody else sees.
 */
#pragma once
#include "vial/base/file.h"
#include "vial/site/logic.h"

enum { COMPILER_WORDS = 16 };

/* What a module is to be made of. All paths of C are relative to the site's folder. */
struct logic_work {
    struct arena *a;
    const struct config_logic *config;
    str folder; /* of the site                           */
    str store;  /* where modules are: FOLDER/.vial/logic */
    const str *sources;
    size_t nsources;
    const char *compiler[COMPILER_WORDS]; /* "ccache", "gcc"                          */
    size_t ncompiler;                     /* 0: there is none                         */
    str compiler_file;                    /* the first word's                         */
    const str *parts; /* after logic_compile(): sources and the headers they include */
    size_t nparts;
};

/* The way to a file of the site, for the system and for messages. (logic.c) */
str logic_path(const struct logic_work *w, str path);

/* Of vial's own headers. (logic_compile.c) */
struct digest logic_headers_digest(void);

/* Finds the compiler: $CC, cc, gcc, clang. (logic_compile.c) */
bool logic_find_compiler(struct logic_work *w, struct error *err);

/*
 * Compiles and links STORE/work/module.so. What the compiler said is appended to `said`, good or
 * bad. False: that did not work out; `err` is filled if it could not even be tried.
 */
bool logic_compile(struct logic_work *w, struct buf *said, struct error *err);
#define LOGIC_MADE "work/module.so"

/* What a compiler said as errors and warnings with their places. (logic_says.c) */
void logic_says(const struct logic_work *w, str said, struct errors *errors,
                struct errors *warnings);

/*
 * From now on, when the process is about to die in this module's code, its last words name it.
 * `file` is the module's, `called` what to call it. (logic_crash.c)
 */
void logic_watch(void *in_it, const char *file, const char *called);
void logic_unwatch(const char *file);
