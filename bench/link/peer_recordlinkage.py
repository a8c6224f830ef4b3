#!/usr/bin/env python3
"""The Python recordlinkage toolkit on the same file, the usual way: block on three keys, compare, ECM. Prints what run.sh prints
for Waymark: pairwise F1 at the toolkit's own cut, CPU seconds, peak memory. Usage: peer_recordlinkage.py dataset3.csv"""
import re
import resource
import sys
import time

try:
    import pandas
    import recordlinkage
except ImportError:
    print("recordlinkage  skipped: not installed for this Python (pip install recordlinkage)")
    sys.exit(0)

frame = pandas.read_csv(sys.argv[1], skipinitialspace=True, dtype=str).set_index("rec_id")
start = time.process_time()
index = recordlinkage.Index()
for key in ("date_of_birth", "soc_sec_id", "postcode"):
    index.block(key)
pairs = index.index(frame)
compare = recordlinkage.Compare()
for name in ("given_name", "surname", "address_1", "suburb"):
    compare.string(name, name, method="jarowinkler", threshold=0.85, label=name)
for name in ("date_of_birth", "soc_sec_id", "postcode", "state"):
    compare.exact(name, name, label=name)
levels = compare.compute(pairs, frame)
links = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(levels)
cpu = time.process_time() - start
person = {i: re.sub(r"-(org|dup-\d+)$", "", i) for i in frame.index}
sizes = pandas.Series(list(person.values())).value_counts()
true = int((sizes * (sizes - 1) // 2).sum())
right = sum(person[a] == person[b] for a, b in links)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"recordlinkage  F1 {2 * right / (len(links) + true):.4f}  {len(pairs)} pairs  {cpu:.2f} CPU-s  {memory:.0f} MB")
