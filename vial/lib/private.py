"""What a program needs beside libvial.a: the libraries that libvial.so asks for."""
import os
import re
import subprocess

SYSTEM = ("libc", "ld-linux", "libgcc_s", "libasan", "libubsan", "libtsan")
LINKED_AS = {"yaml-0": "yaml"}


def flags(folder):
    """["-lgcrypt", ...] for the libraries in `folder`."""
    told = subprocess.run(["readelf", "-d", os.path.join(folder, "libvial.so")], capture_output=True, text=True,
                          check=True).stdout
    needed = [n for n in re.findall(r"NEEDED.*\[(.*?)\.so", told) if n not in SYSTEM and not n.startswith("ld-")]
    return ["-l" + LINKED_AS.get(n[3:], n[3:]) for n in needed]
