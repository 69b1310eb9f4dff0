"""The clock of the benchmarks."""

import os
import time

now = time.process_time if os.environ.get("BENCHMARK_CLOCK") == "cpu" else time.perf_counter
"""Seconds: of the wall, or of all threads of this process on processors."""
