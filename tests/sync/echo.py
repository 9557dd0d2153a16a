"""Says its arguments and then what it is told, until that is `end`."""

import json
import sys

print(json.dumps(sys.argv[1:]), flush=True)
for line in sys.stdin:
    if line.strip() == "end":
        sys.exit(3)
    print(json.dumps(line.strip()), flush=True)
