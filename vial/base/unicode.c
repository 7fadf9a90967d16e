/* unicode.c - to be written */
