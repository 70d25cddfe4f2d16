"""`python -m compound`, and the command `compound`: Ctrl-C is taken over before anything large is imported."""


def start() -> None:
    """Runs the command and leaves with its exit code."""
    try:
        from compound.cli.interrupts import watch

        watch()
        from compound.cli.main import run as run_command
    except KeyboardInterrupt:
        import os

        os.write(2, b"interrupted\n")
        os._exit(130)
    run_command()


if __name__ == "__main__":
    start()
