"""Makes tests/helpers.py importable under `--import-mode=importlib`."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
