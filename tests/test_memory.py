import subprocess
import sys

import pytest

SCRIPT = """
import sys
from industag.batch.memory import give_back

def megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) >> 8

before, kept = megabytes(), []
for n in range(60):
    blocks = [bytes(1_500_000 + 1000 * n) for _ in range(40)]
    kept += [bytes(5_000) for _ in range(20)]
del blocks
if sys.argv[1] == "told":
    give_back()
print(megabytes() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there can it be told")
def test_what_is_free_is_given_back():
    kept = {
        told: int(subprocess.run([sys.executable, "-c", SCRIPT, told], capture_output=True, text=True, check=True).stdout)
        for told in ("told", "untold")
    }
    assert kept["told"] < 30
    assert kept["told"] <= kept["untold"]
