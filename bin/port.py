"""Tell ./run whether HOST PORT can be listened on: exit 0, or one sentence and exit 6."""

import socket
import sys


def fault(host: str, port: int) -> str | None:
    """Why nothing can listen there, None when something can; asks by binding, as the server will."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except socket.gaierror:
        return f"--host {host} is not an address of this machine."
    except PermissionError:
        return f"Port {port} is reserved for the administrator: name one above 1023, as in --port 8080."
    except OSError as error:
        return f"Port {port} of {host} cannot be used ({error.strerror}): name another one with --port."
    return None


if __name__ == "__main__":
    sentence = fault(sys.argv[1], int(sys.argv[2]))
    if sentence:
        print(sentence, file=sys.stderr)
        sys.exit(6)
