/* markdown.c - to be written */
