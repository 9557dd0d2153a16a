import subprocess
import sys

from liveengine.stems.measure import measure_graph, measure_search


def test_the_daemon_side_imports_nothing_heavy() -> None:
    heavy = ("torch", "transformers", "librosa", "sklearn", "scipy", "pandas", "numba")
    code = "import sys, liveengine.stems.commands, liveengine.stems.select\n"
    code += f"print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_bench_measures_what_it_says() -> None:
    figures = measure_search(400, 32)
    assert figures["recall_at_10"] == 1.0
    assert figures["n"] == 400
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]


def test_the_bench_compares_the_scan_with_the_graph() -> None:
    figures = measure_graph(400, 32)
    assert figures["recall_at_10"] >= 0.95
    assert all(value > 0 for value in figures.values())
