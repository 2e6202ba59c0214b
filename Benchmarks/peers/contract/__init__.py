"""How every script beside this folder is called and what it prints.

    python SCRIPT.py BENCHMARK [--threads N] [--seed S] [--seconds T | --steps N]
    python SCRIPT.py --list

One JSON line on standard output, everything else on standard error. Exit status 2 is a benchmark
that the script does not know, 3 a package that is missing.
"""

import argparse
import importlib.metadata
import json
import os
import sys
import time


class Measurement:
    """One benchmark of one peer, from the command line to the JSON line."""

    def __init__(self, peer, package, benchmarks, most_threads=None):
        """Reads the command line; from here on, what anybody prints goes to standard error.

        `package` is what the peer is called where it is installed from; `most_threads` is for one
        that cannot use more. Threads are limited here, before the peer is imported.
        """
        self.peer, self.package = peer, package
        self.output = os.dup(1)
        os.dup2(2, 1)
        available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
        cores = len(available) if available else os.cpu_count()

        parser = argparse.ArgumentParser()
        parser.add_argument("benchmark", nargs="?")
        parser.add_argument("--list", action="store_true")
        parser.add_argument("--threads", type=int, default=cores)
        parser.add_argument("--seed", type=int, default=0)
        budget = parser.add_mutually_exclusive_group()
        budget.add_argument("--seconds", type=float, default=5)
        budget.add_argument("--steps", type=int)
        self.options = options = parser.parse_args()
        if options.list:
            self.write({"peer": peer, "benchmarks": benchmarks})
            sys.exit(0)
        if options.benchmark not in benchmarks:
            self.stop(2, f"no benchmark {options.benchmark}; there is {', '.join(benchmarks)}")
        if options.threads < 1:
            self.stop(2, f"--threads {options.threads} is less than 1")

        self.benchmark, self.seed = options.benchmark, options.seed
        self.threads = min(options.threads, most_threads or options.threads)
        for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC"):
            os.environ[variable] = str(self.threads)
        # As fast as PyTorch's default on an idle machine; that one waits for milliseconds in a loop
        # and so loses tens of times as soon as anybody else needs a core.
        os.environ.setdefault("GOMP_SPINCOUNT", "20000")
        if available and self.threads < cores:
            os.sched_setaffinity(0, available[: self.threads])
        sys.excepthook = self.explain

    def explain(self, kind, error, trace):
        """Names a missing package in one line; any other error keeps its trace."""
        if issubclass(kind, ImportError):
            sys.stdout.flush()
            self.write_error(str(error).splitlines()[0])
            os._exit(3)
        sys.__excepthook__(kind, error, trace)

    def timed(self, call):
        """What the call returns, after keeping the seconds and processor seconds that it took."""
        wall, processor = time.perf_counter(), time.process_time()
        result = call()
        self.seconds = time.perf_counter() - wall
        self.processor_seconds = time.process_time() - processor
        return result

    def repeat(self, call, steps_per_call):
        """Calls once to warm up, then until the seconds or steps are over; returns the steps."""
        call()
        limit, start = self.options.steps, time.perf_counter()

        def calls():
            steps = 0
            while True:
                call()
                steps += steps_per_call
                seconds = time.perf_counter() - start
                if steps >= limit if limit else seconds >= self.options.seconds:
                    return steps

        return self.timed(calls)

    def report(self, steps, compile_seconds=0, **more):
        """Writes the JSON line of what was timed last; `more` is what only some benchmarks have."""
        self.write(
            {
                "peer": self.peer,
                "version": importlib.metadata.version(self.package),
                "benchmark": self.benchmark,
                "threads": self.threads,
                "seed": self.seed,
                "steps": steps,
                "seconds": round(self.seconds, 4),
                "processorSeconds": round(self.processor_seconds, 4),
                "stepsPerSecond": round(steps / self.seconds, 1),
                "compileSeconds": round(compile_seconds, 3),
                **more,
            }
        )

    def report_solved(self, solved, steps, compile_seconds=0):
        """Writes the JSON line of a time to solve."""
        self.report(
            steps,
            compile_seconds,
            solved=solved,
            stepsToSolve=steps if solved else None,
            secondsToSolve=round(self.seconds, 4) if solved else None,
        )

    def write(self, document):
        os.write(self.output, (json.dumps(document) + "\n").encode())

    def write_error(self, line):
        print(f"{self.peer}: {line}", file=sys.stderr, flush=True)

    def stop(self, status, line):
        self.write_error(line)
        sys.exit(status)
