"""What runs on the laptop under test: it ships raw bytes as evidence and interprets nothing.

Standard library only, Python 3.7 and newer, and nothing of ours from outside this folder, so that the folder
can be copied anywhere and run there: `python3 /path/probe -o FILE` or `python3 -m hardware.probe -o FILE`.
A capture is read-only: it mounts nothing, loads nothing and writes nothing but its output. An exercise makes the laptop
do something, never writes to a disk of it, and puts back what it changed. The agent does what a bench asks for, each
in a process of its own.

    command_line -> capture -> items_linux -> trees, laptop, tools
                 -> bundle_file (a zip) or stream (frames on stdout)
                 -> exercises (frames on stdout)
                 -> agent -> wire (a serial line), or TLS
"""

NAME = "intake-probe"
VERSION = "0.1.0"
FORMAT = "intake-bundle/1"
"""The manifest's format, as hardware/evidence/bundle.py reads it."""
