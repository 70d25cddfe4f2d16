"""Makes tests/helpers.py importable under `--import-mode=importlib`, and the width of the output that of a pipe."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
os.environ.pop("COLUMNS", None)
