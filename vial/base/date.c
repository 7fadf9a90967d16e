/* date.c - to be written */
