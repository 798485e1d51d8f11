"""How fast and how large: `python -m benchmarks` measures, and writes RESULTS.md beside itself."""
