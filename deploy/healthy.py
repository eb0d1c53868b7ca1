"""Whether the application or the service in this container answers: ends with 0 or 1. It needs no curl.

Usage: healthy.py [PORT], where one of them listens at another port than its own.
"""

import http.client
import sys

PLACES = ((8501, "/_stcore/health"), (8000, "/healthz"))


def answers(port: int, path: str) -> bool:
    """Whether somebody at the port says that all is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    told = sys.argv[1:]
    sys.exit(not any(answers(int(told[0]) if told else port, path) for port, path in PLACES))
