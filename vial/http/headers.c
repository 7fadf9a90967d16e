/* headers.c - to be written */
