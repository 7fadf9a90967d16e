#!/usr/bin/env python3
"""What vial.h declares, and nothing else, is seen outside of the libraries.

    comes in:  vial.h
    goes out:  `exports.py map HEADER OUT`: a version script for the shared library
               `exports.py list HEADER OUT`: what a program shows to the modules that it loads
               `exports.py static HEADER OUT CC OBJCOPY ARCHIVE...`: one archive with one object, in which all
               other names are local
"""
import re
import subprocess
import sys
import tempfile


def declared(header):
    text = open(header).read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*\n", "", text, flags=re.M)
    text = re.sub(r"typedef[^;{]*(\{[^}]*\}[^;]*)?;", "", text)
    return sorted(set(re.findall(r"\b(vial_\w+)\s*\((?!\s*\*)", text)))


def write_map(header, out):
    with open(out, "w") as file:
        file.write("VIAL_0 {\nglobal:\n%s\nlocal:\n  *;\n};\n" % "\n".join("  %s;" % n for n in declared(header)))


def write_list(header, out):
    with open(out, "w") as file:
        file.write("{\n%s\n};\n" % "\n".join("  %s;" % n for n in declared(header)))


def is_gcc(cc):
    return "clang" not in subprocess.run([cc, "--version"], capture_output=True, text=True).stdout


def write_static(header, out, cc, objcopy, archives):
    with tempfile.TemporaryDirectory() as folder:
        whole, names = folder + "/vial.o", folder + "/names"
        with open(names, "w") as file:
            file.write("\n".join(declared(header)))
        lto = ["-O2", "-flinker-output=nolto-rel"] if is_gcc(cc) else []
        ours = [a for a in archives if a.endswith(".a") and not a.startswith("/usr")]
        others = [a for a in archives if a not in ours]  # cmark, and what of it is sent to us
        subprocess.run([cc, "-r", "-nostdlib", *lto, "-o", whole, "-Wl,--whole-archive", *ours,
                        "-Wl,--no-whole-archive", *others], check=True)
        subprocess.run([objcopy, "--keep-global-symbols=" + names, whole], check=True)
        subprocess.run(["rm", "-f", out], check=True)
        subprocess.run(["ar", "rcs", out, whole], check=True)


if __name__ == "__main__":
    if sys.argv[1] == "map":
        write_map(sys.argv[2], sys.argv[3])
    elif sys.argv[1] == "list":
        write_list(sys.argv[2], sys.argv[3])
    else:
        write_static(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5], sys.argv[6:])
