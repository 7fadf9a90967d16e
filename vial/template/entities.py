"""Writes the table of HTML's named character references, from the one that Python brings along."""
import html.entities
import sys


def c_string(text):
    return '"' + ''.join('\\%03o' % byte for byte in text.encode()) + '"'


with open(sys.argv[1], 'w') as out:
    for name in sorted(html.entities.html5, key=lambda name: name.encode()):
        out.write('{ "%s", %s },\n' % (name, c_string(html.entities.html5[name])))
