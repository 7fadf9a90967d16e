/* watch.c - to be written */
