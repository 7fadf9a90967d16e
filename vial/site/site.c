/* site.c - to be written */
