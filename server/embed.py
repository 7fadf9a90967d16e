"""embed.py IN OUT NAME: a C header in which NAME is the text of the file IN."""
import sys

source, target, name = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    lines = file.read().splitlines()
with open(target, "w", encoding="utf-8") as file:
    file.write("static const char %s[] =\n" % name)
    for line in lines:
        file.write('    "%s\\n"\n' % line.replace("\\", "\\\\").replace('"', '\\"'))
    file.write("    ;\n")
