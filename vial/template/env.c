/* env.c - to be written */
