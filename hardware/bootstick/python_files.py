"""Which of Python's files go on the stick: what an agent may import, and none of what only a developer needs.

They go as source: compiled files (measured with Python 3.11: 1.2 MB more on the stick) start 0.2 s sooner and would
have to be made by that very Python, which need not be the one that builds.
"""

from __future__ import annotations

from typing import Final

__all__ = ["is_wanted"]

_FOLDERS: Final = frozenset(
    """
    __phello__ __pycache__ asyncio curses dbm distutils ensurepip idlelib lib2to3 msilib pydoc_data sqlite3 test tkinter
    turtledemo unittest venv wsgiref xml xmlrpc
    """.split()
)
_MODULES: Final = frozenset(
    """
    _aix_support _osx_support _pyio aifc antigravity asynchat asyncore bdb cProfile cgi cgitb chunk doctest ftplib
    imaplib imghdr mailbox mailcap modulefinder msilib nntplib pdb pickletools poplib profile pstats pyclbr pydoc
    sitecustomize smtpd smtplib sndhdr sunau symtable tabnanny telnetlib this trace turtle webbrowser xdrlib zipapp
    """.split()
)
_EXTENSIONS: Final = frozenset(
    """
    _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _crypt _ctypes_test _curses _curses_panel
    _dbm _gdbm _interpchannels _interpqueues _interpreters _lsprof _multibytecodec _remote_debugging _sqlite3
    _testbuffer
    _testcapi _testclinic _testclinic_limited _testexternalinspection _testimportmultiple _testinternalcapi
    _testlimitedcapi _testmultiphase _testsinglephase _tkinter _uuid _xxinterpchannels _xxsubinterpreters _xxtestfuzz
    _zoneinfo audioop nis ossaudiodev readline xxlimited xxlimited_35 xxsubtype
    """.split()
)
_ENCODINGS: Final = frozenset(
    "__init__ aliases ascii cp437 idna latin_1 punycode utf_16 utf_16_le utf_8 utf_8_sig".split()
)
"""cp437: zipfile. idna: names of hosts. utf_16_le: what Windows and UEFI write."""


def is_wanted(path: str) -> bool:
    """True for a file of Python's library that goes on the stick; `path` is below its folder ("json/decoder.py")."""
    *folders, name = path.split("/")
    stem, _, rest = name.partition(".")
    if any(folder in _FOLDERS or folder.startswith("config-") for folder in folders):
        return False
    if folders == ["lib-dynload"]:
        return stem not in _EXTENSIONS
    if rest != "py":
        return False
    if folders == ["encodings"]:
        return stem in _ENCODINGS
    return bool(folders) or (stem not in _MODULES and not stem.startswith("_sysconfigdata_"))
