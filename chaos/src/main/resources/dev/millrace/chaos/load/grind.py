"""Does what its event says, and writes down that it did. Nothing of Millrace writes this ledger."""

import json
import os
import signal
import time
import uuid

LEDGER = os.open(os.environ["LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
MARKS = os.environ["MARKS"]
OUTAGE = os.path.join(MARKS, "outage")
WORKER = os.getppid()


def note(what, run, event, context):
    line = {"what": what, "run": run, "key": event["key"], "id": context["request_id"], "worker": WORKER,
            "at": int(time.time() * 1000)}
    os.write(LEDGER, (json.dumps(line) + "\n").encode())


def is_first_time(key):
    try:
        os.close(os.open(os.path.join(MARKS, key), os.O_CREAT | os.O_EXCL))
        return True
    except FileExistsError:
        return False


def main_handler(event, context):
    if event.get("Type") == "Timer":
        event = {"key": "tick-" + event["Time"], "ms": 1}
    run = uuid.uuid4().hex
    note("start", run, event, context)
    deed = event.get("does", "return")
    if deed == "kill-worker":
        os.kill(WORKER, signal.SIGKILL)
    time.sleep(event["ms"] / 1000)
    if deed == "fail" or deed == "fail-once" and is_first_time(event["key"]) or deed == "depend" and os.path.exists(OUTAGE):
        note("end", run, event, context)
        raise ValueError("as the event says")
    if deed == "exit":
        note("end", run, event, context)
        os._exit(3)
    note("end", run, event, context)
    return {"key": event["key"], "run": run}
