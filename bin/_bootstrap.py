"""Makes the virtual environment and starts the calling command again inside it.

Standard library only, and readable by Python 3.6, so that an old one gets a clear sentence instead of a
syntax error. ``enter("run")`` returns at once when we already run inside ``.venv``; otherwise it brings
``.venv`` to the state of the lock file (nothing to do when the lock did not change) and replaces this
process. ``uv`` is used if it is on the PATH, else ``python3 -m venv`` and pip with hashes.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "campana.json")
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
OLDEST = (3, 11)


def enter(kind):
    """Continue in the environment ``kind``: ``run`` for the product, ``dev`` for tests and checks too."""
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV) and _fresh(kind):
        return
    if sys.version_info < OLDEST:
        _use_newer_python()
    if not _fresh(kind):
        _sync(kind)
    os.execv(PYTHON, [PYTHON, os.path.abspath(sys.argv[0]), *sys.argv[1:]])


def _digest(kind):
    with open(os.path.join(ROOT, LOCKS[kind]), "rb") as lock:
        return hashlib.sha256(lock.read()).hexdigest()


def _stamp():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def _fresh(kind):
    """Whether .venv belongs to this checkout and this interpreter and holds what the lock asks for."""
    stamp = _stamp()
    return (
        stamp.get("root") == ROOT
        and os.path.exists(PYTHON)
        and stamp.get("python") == os.path.realpath(PYTHON)
        and stamp.get(kind) == _digest(kind)
    )


def _sync(kind):
    import fcntl

    try:
        os.makedirs(os.path.join(ROOT, "var"), exist_ok=True)
        guard = open(os.path.join(ROOT, "var", "venv.guard"), "w")  # noqa: SIM115
    except OSError as problem:
        _fail(f"{ROOT} can not be written ({problem.strerror}): run this once as the owner of the folder")
    with guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("another command is preparing .venv; waiting for it")
            fcntl.flock(guard, fcntl.LOCK_EX)
        if not _fresh(kind):
            _build(kind)


def _build(kind):
    _say(f"preparing .venv from {LOCKS[kind]} (once; under a minute with a fast network)")
    stamp = _stamp()
    uv = shutil.which("uv")
    if not _usable(stamp, uv):
        stamp = {}
        _create(uv)
    if os.path.exists(STAMP):
        os.remove(STAMP)  # an interrupted installation is begun again
    lock = os.path.join(ROOT, LOCKS[kind])
    if uv:
        _run([uv, "pip", "install", "-q", "--compile-bytecode", "--require-hashes", "--python", PYTHON, "-r", lock])
    else:
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q", "--no-deps"]
        _run([*pip, "--require-hashes", "-r", lock])
    _put_source_on_path()
    stamp.update(root=ROOT, python=os.path.realpath(PYTHON))
    stamp[kind] = _digest(kind)
    if kind == "dev":
        stamp["run"] = _digest("run")  # the larger lock holds the smaller one; tests/unit/test_locks.py
    with open(STAMP + ".new", "w") as file:
        json.dump(stamp, file)
    os.replace(STAMP + ".new", STAMP)


def _usable(stamp, uv):
    """Whether the environment there can be brought up to date, rather than made anew."""
    installer = uv or os.path.exists(os.path.join(VENV, "bin", "pip"))
    ours = stamp.get("root") == ROOT and stamp.get("python") == os.path.realpath(PYTHON)
    return bool(installer and ours and os.path.exists(PYTHON))


def _create(uv):
    if uv:
        shutil.rmtree(VENV, ignore_errors=True)
        _run([uv, "venv", "-q", "--no-project", "--python", sys.executable, VENV])
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        _fail(
            "this Python has no ensurepip. Install the package python3-venv and run the command again:\n"
            "    sudo apt-get install python3-venv\n"
            "(or put the program uv on the PATH)"
        )
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", VENV])


def _put_source_on_path():
    ask = [PYTHON, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]
    site = subprocess.check_output(ask).decode().strip()
    with open(os.path.join(site, "campana.pth"), "w") as file:
        file.write(os.path.join(ROOT, "src") + "\n")


def _run(command):
    """Run a step; its words go to standard error, so that a command's own output stays clean."""
    code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, cwd=ROOT)
    if code:
        _fail(f"this step failed with code {code}: " + " ".join(command))


def _use_newer_python():
    for minor in range(19, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    _fail(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}")


def _say(words):
    sys.stderr.write(f"campana: {words}\n")
    sys.stderr.flush()


def _fail(words):
    _say(words)
    sys.exit(1)
