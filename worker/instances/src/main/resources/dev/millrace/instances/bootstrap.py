"""Runs a Python function for Millrace.

Frames come in on descriptor 3 and go out on descriptor 4: four bytes of length, one byte of type, payload. Descriptors
1 and 2 are both the log. The worker decides about time; whatever blocks here is killed from outside.
"""

import decimal
import importlib
import importlib.util
import json
import logging
import os
import sys
import time
import traceback

REQUESTS = 3
ANSWERS = 4
MESSAGE_LIMIT = 8 * 1024
STACK_LIMIT = 256 * 1024
MEASURE_EVERY = 0.005


class Channel:
    """The frame protocol as seen from the instance."""

    def __init__(self):
        for descriptor in (REQUESTS, ANSWERS):
            os.set_inheritable(descriptor, False)
        self._requests = os.fdopen(REQUESTS, "rb", buffering=65536, closefd=False)
        self._taking_part = True
        os.register_at_fork(after_in_child=self._leave)
        try:
            self._statm = os.open("/proc/self/statm", os.O_RDONLY)
        except OSError:
            self._statm = -1
        self._page = os.sysconf("SC_PAGE_SIZE")
        self._measured_at = 0.0
        self._measured = 0

    def receive(self):
        """The next frame as (type, payload), or None when the worker has gone."""
        header = self._requests.read(5)
        if len(header) < 5:
            return None
        length = int.from_bytes(header[:4], "big")
        payload = self._requests.read(length)
        return (header[4:5], payload) if len(payload) == length else None

    def _leave(self):
        """A process the function forks has no part in the conversation."""
        if self._taking_part:
            # Once only: the descriptors of a grandchild by these numbers may be its own.
            self._taking_part = False
            os.closerange(REQUESTS, ANSWERS + 1)

    def send(self, kind, body=b""):
        if not self._taking_part:
            # The function forked and the child came back from the handler too. There is one answer, the parent's.
            flush()
            os._exit(0)
        unsent = (len(body) + 8).to_bytes(4, "big") + kind + self._memory().to_bytes(8, "big") + body
        written = os.write(ANSWERS, unsent)
        while written < len(unsent):
            unsent = memoryview(unsent)[written:]
            written = os.write(ANSWERS, unsent)

    def send_failure(self, kind, message, stack_trace=""):
        if not self._taking_part:
            print(stack_trace or message, file=sys.stderr)
        failure = {"message": shortened(message, MESSAGE_LIMIT), "stackTrace": shortened(stack_trace, STACK_LIMIT)}
        self.send(kind, json.dumps(failure).encode("ascii"))

    def _memory(self):
        """Resident memory; asked for at most every few milliseconds, because asking costs as much as a small run."""
        now = time.monotonic()
        if now - self._measured_at > MEASURE_EVERY and self._statm >= 0:
            self._measured_at = now
            self._measured = int(os.pread(self._statm, 128, 0).split(b" ", 2)[1]) * self._page
        return self._measured


class Function:
    """The user's function, loaded."""

    def __init__(self, load):
        self._code = load["codeDirectory"]
        self._context = load["context"]
        self._result_limit = load["resultLimit"]
        self._handler = None

    def load(self, channel, handler):
        """Imports the code and says READY, or says why not and answers False."""
        module_path, _, name = handler.rpartition(".")
        if not module_path:
            channel.send_failure(b"n", "%r is not of the form file.function" % handler)
            return False
        module_name = module_path.strip("/").replace("/", ".")
        try:
            module = self._import(module_name, module_path)
            self._handler = getattr(module, name, None)
        except MemoryError as error:
            channel.send_failure(b"m", one_line(error))
            return False
        except Exception as error:
            if isinstance(error, ModuleNotFoundError) and error.name and is_prefix(error.name, module_name):
                channel.send_failure(b"n", "there is no file %s.py in the code package" % module_path)
            else:
                channel.send_failure(b"c", one_line(error), stack_of(error))
            return False
        if not callable(self._handler):
            what = "has no function" if self._handler is None else "has something that is no function as"
            channel.send_failure(b"n", "module %r %s %r" % (module_name, what, name))
            return False
        channel.send(b"r")
        return True

    def _import(self, module_name, module_path):
        if module_name not in sys.modules:
            return importlib.import_module(module_name)
        # The file is named like a module that is loaded already (json.py, logging.py): it is still the one meant.
        spec = importlib.util.spec_from_file_location(
            "function_" + module_name, os.path.join(self._code, module_path + ".py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def run(self, channel, request_id, event):
        try:
            event = decode(str(event, "utf-8"))
        except (ValueError, RecursionError) as error:
            channel.send_failure(b"e", one_line(error))
            return
        context = self._context.copy()
        context["request_id"] = request_id
        try:
            result = self._handler(event, context)
        except (SystemExit, KeyboardInterrupt) as error:
            exit_as(error)
        except MemoryError as error:
            flush()
            channel.send_failure(b"m", one_line(error), stack_of(error))
            return
        except BaseException as error:
            flush()
            channel.send_failure(b"x", one_line(error), stack_of(error))
            return
        try:
            body = encoded(result)
        except MemoryError as error:
            flush()
            channel.send_failure(b"m", one_line(error))
            return
        except Exception as error:
            flush()
            channel.send_failure(b"b", one_line(error))
            return
        flush()
        if len(body) > self._result_limit:
            channel.send_failure(
                b"t", "%d bytes of JSON, at most %d are allowed" % (len(body), self._result_limit))
        else:
            channel.send(b"v", body)


def encoded(result):
    text = encode(result)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8, but it has an escape in JSON.
        return json.dumps(result, allow_nan=False, default=plain).encode("ascii")


def plain(value):
    if isinstance(value, decimal.Decimal):
        return str(value)
    raise TypeError("an object of type %s is not JSON serializable" % type(value).__name__)


decode = json.JSONDecoder().decode
encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=plain).encode


def is_prefix(missing, module_name):
    return module_name == missing or module_name.startswith(missing + ".")


def one_line(error):
    return traceback.format_exception_only(type(error), error)[-1].strip()


def stack_of(error):
    """The traceback as Python prints it, beginning with the user's first frame."""
    frame = error.__traceback__
    while frame is not None and is_platform(frame.tb_frame.f_code.co_filename):
        frame = frame.tb_next
    return "".join(traceback.format_exception(type(error), error, frame))


def is_platform(file):
    return file == __file__ or "importlib" in file


def shortened(text, limit):
    if len(text) <= limit:
        return text
    half = limit // 2
    return text[:half] + "\n[...]\n" + text[-half:]


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # The function has closed or replaced it; what it wrote there is its own business.


def exit_as(error):
    """Ends the process as the interpreter would, but without waiting for the function's other threads."""
    code = 1
    if isinstance(error, SystemExit):
        code = error.code
        if code is None:
            code = 0
        elif not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
    else:
        traceback.print_exc()
    flush()
    os._exit(code & 0xFF)


def python_path(code):
    """PYTHONPATH, which the interpreter was told to leave to us: the imports above are meant to be Python's own."""
    return [entry for entry in os.environ.get("PYTHONPATH", "").split(":") if entry and entry != code]


def prepare_log():
    for stream in (sys.stdout, sys.stderr):
        # Lines leave at once: a run that is killed has its log, and a subprocess's lines keep their place.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    root.addHandler(logging.StreamHandler(sys.stdout))


def main():
    channel = Channel()
    prepare_log()
    channel.send(b"h")
    frame = channel.receive()
    if frame is None:
        return
    load = json.loads(frame[1])
    sys.path[0:1] = [load["codeDirectory"]] + python_path(load["codeDirectory"])
    function = Function(load)
    try:
        loaded = function.load(channel, load["handler"])
    except (SystemExit, KeyboardInterrupt) as error:
        exit_as(error)
    while loaded:
        frame = channel.receive()
        if frame is None:
            return
        payload = frame[1]
        end_of_id = 2 + int.from_bytes(payload[:2], "big")
        function.run(channel, str(payload[2:end_of_id], "utf-8"), payload[end_of_id:])


if __name__ == "__main__":
    main()
    os._exit(0)
