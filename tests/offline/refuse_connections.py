"""Refuses every connection that leaves the machine, from its import on, and notes it: a caught refusal counts, too.

It sees the sockets of Python alone. A library in C with sockets of its own, a program in another language and a Python
that ignores PYTHONPATH go by unseen; the audit `offline`, where the network is loopback alone, shows those.
"""

import ipaddress
import os
import sys
from pathlib import Path

THIS_MACHINE = {None, "", "localhost", "0.0.0.0", "::"}  # the last two only name what a server listens on
NOTES = "REFUSED_CONNECTIONS"  # the environment variable with the file that takes a line for each refusal
# What reaches out, and where among an event's arguments the other side is named.
PLACE = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}


def leaves_machine(host: str | bytes | None) -> bool:
    """Tell whether a host name or address is another machine's."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in THIS_MACHINE:
        return False
    try:
        return not ipaddress.ip_address(name).is_loopback
    except ValueError:  # a name that would have to be looked up
        return True


def refuse(event: str, arguments: tuple) -> None:
    """Audit hook: raise before a socket reaches out."""
    if event not in PLACE:
        return
    host = arguments[PLACE[event]]
    if isinstance(host, tuple):  # an address; a lone text is a name to look up
        host = host[0] if host else None
    elif not event.startswith("socket.get"):  # the path of a local socket, or none
        return
    if not leaves_machine(host):
        return
    message = f"tests open no connection that leaves the machine; this one goes to {host!r}"
    if NOTES in os.environ:
        with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
            notes.write(f"{message}\n")
    raise ConnectionRefusedError(message)


sys.addaudithook(refuse)
