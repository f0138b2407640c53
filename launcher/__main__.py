"""`python3 launcher run …`, `… do update`, `… confirm`; works as a folder that lies anywhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from launcher.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
