"""Measures cdcd against what the machine can do at all, in the same run on the same workload. See README.md."""
import argparse
import os
import subprocess
import sys

from runs import Bench  # noqa: I001  (puts scripts/lib on the path)
from parts import Parts
from servers import Folder, Kafka

USUAL = ("stream", "large", "snapshot", "sink", "latency", "start", "idle")
ALL = (*USUAL, "soak")


def main():
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    parser.add_argument("--bin", required=True, help="folder of cdcd")
    parser.add_argument("--only", default=",".join(USUAL), help="parts of " + ", ".join(ALL) + "; all but soak")
    parser.add_argument("--rows", type=int, default=1_000_000, help="changes of the stream")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=30, help="length of the latency load")
    parser.add_argument("--soak-minutes", type=int, default=60, help="length of the soak")
    for kind in ("source", "sink"):
        parser.add_argument(f"--set-{kind}", action="append", default=[], metavar="KEY=VALUE", help=f"a key of the {kind}")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and data")
    options = parser.parse_args()
    home = os.environ.get("MARTINET_BENCH_HOME", "")
    if not os.access(os.path.join(home, "ceiling"), os.X_OK):
        sys.exit("benchmark: the workload and ceiling tools are needed: MARTINET_BENCH_HOME=<their folder>")
    wanted = options.only.split(",")
    for part in wanted:
        if part not in ALL:
            parser.error(f"there is no part {part}, only {', '.join(ALL)}")
    folder = Folder("benchmark")
    bench, kafka = Bench(home, folder / "pg"), None
    os.makedirs(folder / "pg")
    done = False
    try:
        bench.start()
        bench.tool("load", "schema")
        kafka = Kafka(folder / "kafka")
        parts = Parts(options, bench, kafka, folder)
        for part in wanted:
            getattr(parts, part)()
        timed = [record for record in parts.records if "wall_s" in record]
        if timed:
            print("\n" + bench.stats.table(timed))
        for record in parts.records:
            if "wall_s" not in record:
                print("  ".join(f"{name} {value}" for name, value in record.items()))
        done = True
    finally:
        if kafka:
            kafka.kill()
        subprocess.run([os.path.join(home, "server"), "wipe", "--dir", folder / "pg"], check=False)
        if options.keep or not done:
            print(f"logs are in {folder.path}", file=sys.stderr)
        else:
            folder.remove()


if __name__ == "__main__":
    main()
