"""Ctrl-C: whenever it comes, the command leaves with 130 and one word."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from helpers import COMMAND, DRUG, PYTHON

import compound

PLAN = ["plan", DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]
PACKAGE = Path(compound.__file__).parent

# The two files that Python itself runs before the command begins: nothing of ours can answer there yet.
BEFORE_THE_COMMAND = {(str(PACKAGE / name), "<module>") for name in ("__init__.py", "__main__.py")}
FRAME = re.compile(r'File "(.+)", line [0-9]+, in (.+)')

# Starts the command, and interrupts it at the given event that Python tells of: a module found, a file opened. It counts
# from the first module of ours that is not the package itself, for before it nothing of ours has run.
AT_EVENT = """
import os, runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
left = int(sys.argv.pop(1))
begun = False
def hook(event, arguments):
    global left, begun
    begun = begun or (event == "import" and arguments[0] == "compound.cli.interrupts")
    if begun and event in ("import", "open", "marshal.loads", "compile", "exec"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(hook)
runpy.run_module("compound", run_name="__main__", alter_sys=True)
"""


def heeding_interrupts() -> None:
    """Of a process about to start: what a shell starts in the background ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def alive(group: int) -> bool:
    """Whether a process of the group still runs; one that ended and was not asked for its exit code does not."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = entry.read_text("utf-8").rpartition(") ")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            return True
    return False


class TestAtTheStart:
    """The first tenth of a second is spent in imports, where a KeyboardInterrupt can be met by no code of ours."""

    @pytest.mark.parametrize("event", [1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 45, 70, 110, 170, 260])
    def test_an_interrupt_at_any_import_leaves_with_130_and_one_word(self, event: int) -> None:
        done = subprocess.run([*PYTHON, "-c", AT_EVENT, str(event), *PLAN], capture_output=True, text=True, check=False)

        assert (130, "", "interrupted\n") == (done.returncode, done.stdout, done.stderr)

    def test_an_interrupt_at_a_random_moment_leaves_no_traceback_of_ours(self) -> None:
        """Before Python has begun with the command it is Python that answers, or the system: nothing of ours is to blame."""
        moments = random.Random(11)  # noqa: S311  # moments, no secrets
        undisturbed = subprocess.run([*COMMAND, *PLAN], capture_output=True, text=True, check=True).stdout
        for _ in range(36):
            process = subprocess.Popen([*COMMAND, *PLAN], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            wait = moments.uniform(0, 0.12)
            time.sleep(wait)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)

            ours = {frame for frame in FRAME.findall(err) if frame[0].startswith(str(PACKAGE))}
            assert ours <= BEFORE_THE_COMMAND, (wait, err)
            if "interrupted" in err:
                assert (130, "interrupted\n") == (process.returncode, err), wait
            elif process.returncode == 0:
                assert undisturbed == out, wait


class TestWithWorkAtHand:
    """What has something to put in order is interrupted as it likes it."""

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        begin = (
            "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from compound.cli import interrupts; interrupts.watch()\n"
            "def press(): os.kill(os.getpid(), signal.SIGINT)\n"
        )
        return subprocess.run([*PYTHON, "-c", begin + code], capture_output=True, text=True, check=False)

    def test_without_more_the_process_ends_at_once(self) -> None:
        done = self.run("try:\n    press()\nfinally:\n    print('never', flush=True)")

        assert (130, "", "interrupted\n") == (done.returncode, done.stdout, done.stderr)

    def test_raised_raises_once_and_then_no_more(self) -> None:
        done = self.run(
            "with interrupts.raised():\n    try:\n        press()\n    except KeyboardInterrupt:\n"
            "        print('in order', flush=True)\n        press()\n        print('never', flush=True)"
        )

        assert (130, "in order\n", "interrupted\n") == (done.returncode, done.stdout, done.stderr)

    def test_held_lets_the_work_be_done_first(self) -> None:
        done = self.run("with interrupts.held():\n    press()\n    print('done', flush=True)\nprint('never', flush=True)")

        assert (130, "done\n", "interrupted\n") == (done.returncode, done.stdout, done.stderr)

    def test_a_process_that_ignores_interrupts_goes_on_ignoring_them(self) -> None:
        code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nfrom compound.cli import interrupts\n"
        code += "import os\ninterrupts.watch()\nos.kill(os.getpid(), signal.SIGINT)\nprint('goes on')"
        done = subprocess.run([*PYTHON, "-c", code], capture_output=True, text=True, check=False)

        assert (0, "goes on\n", "") == (done.returncode, done.stdout, done.stderr)

    def test_the_library_leaves_interrupts_to_the_program_that_uses_it(self) -> None:
        code = (
            "import signal; before = signal.getsignal(signal.SIGINT)\n"
            "import compound, compound.cli.main; compound.read_order\n"
            "assert before is signal.getsignal(signal.SIGINT)"
        )

        assert 0 == subprocess.run([*PYTHON, "-c", code], check=False).returncode

    def test_many_orders_leave_no_process_behind(self, tmp_path: Path) -> None:
        rows = "".join(f"{DRUG},{mg} mg,30\n" for mg in range(1, 5) for _ in range(1000))
        (tmp_path / "orders.csv").write_text("drug,dose,capsules\n" + rows, "utf-8")
        argv = ["plan", "--orders", "orders.csv", "--balance-sensitivity", "1 mg", "--jobs", "2"]
        process = subprocess.Popen(
            [*COMMAND, *argv], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, preexec_fn=heeding_interrupts,
        )  # fmt: skip
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)  # returns when the last process that holds the pipe is gone

        assert (130, "", "interrupted\n") == (process.returncode, out, err)
        for _ in range(100):  # the one that counts shared resources goes a moment later
            if not alive(process.pid):
                break
            time.sleep(0.05)
        assert not alive(process.pid)
