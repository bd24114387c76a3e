"""Refuses every connection that leaves the machine, from its import on: a chapter that needs the network fails."""

import ipaddress
import sys

THIS_MACHINE = {None, "", "localhost", "0.0.0.0", "::"}  # the last two only name what a server listens on


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
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a text is the path of a local socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if leaves_machine(host):
        raise ConnectionRefusedError(f"tests open no connection that leaves the machine; this one goes to {host!r}")


sys.addaudithook(refuse)
