#!/bin/sh
# What `waymark find` must answer on the real library and in the demo place, and that a command makes the very keys the demo
# was made with (it once had no master key). Called with the program; every line that does not hold is printed, and the exit
# status says how many.
set -eu
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" init --demo --data "$folder/d" >/dev/null 2>&1
said=$("$program" known rebuild --data "$folder/d")
case $said in *"keys of 0 people differed"*) ;; *) echo "does not hold: waymark known rebuild says: $said"; exit 1 ;; esac
exec python3 - "$program" "$folder/d" <<'PY'
import json, subprocess, sys
program, data = sys.argv[1], sys.argv[2]
wrong = 0

def call(*words):
    r = subprocess.run([program, "find", "--data", data, *words, "--json"], capture_output=True, text=True)
    return r.returncode, r.stdout, r.stderr

def ask(*words):
    status, out, err = call(*words)
    if status: return []
    return json.loads(out)

def fail(what):
    global wrong
    wrong += 1
    print("does not hold:", what)

def one(name, words):
    found = [o for o in ask(*words) if name.lower() in o["name"].lower()]
    return found[0] if found else {"answer": "absent", "reasons": [], "ask": []}

def holds(answer, name, *words, reason="", question=""):
    o = one(name, words)
    if o["answer"] != answer: fail(f"{' '.join(words)}: {name} is {o['answer']}, not {answer} {o['reasons']}")
    if reason and not any(reason in r for r in o["reasons"]): fail(f"{' '.join(words)}: no reason with \"{reason}\" in {o['reasons']}")
    if question and not any(question in q for q in o["ask"]): fail(f"{' '.join(words)}: no question with \"{question}\" in {o['ask']}")

def refused(*words):
    status, out, err = call(*words)
    if status != 2 or out or err.count("\n") != 1 or not err.strip().endswith("."):
        fail(f"{' '.join(words)}: status {status}, said {err!r}")

LIB = ("--library", "--ignore-standing")
STOCKTON, ETE = "Pathways (Stockton", "Probation Service Education"
# Eligibility alone
holds("yes", STOCKTON, *LIB, "--place", "Stockton-on-Tees", "--age", "29", "--cohort", "neet")
holds("no", STOCKTON, *LIB, "--place", "Stockton-on-Tees", "--age", "30", "--cohort", "neet", reason="30")
holds("yes", STOCKTON, *LIB, "--place", "stockton on tees", "--age", "16", "--cohort", "NEETs")
holds("no", STOCKTON, *LIB, "--place", "Leeds", "--age", "29", "--cohort", "neet")
holds("maybe", STOCKTON, *LIB, "--place", "Stockton-on-Tees", "--cohort", "neet", question="How old are you?")
for place in ("London", "North West", "west midlands", "Birmingham", "Hackney"):
    holds("maybe", ETE, *LIB, "--place", place, "--cohort", "convictions")
for place in ("Leeds", "Tees Valley", "Wales", "South East"):
    holds("no", ETE, *LIB, "--place", place, "--cohort", "convictions", reason="London")
RTW = ("--place", "Tees Valley", "--status", "unemployed")
holds("no", "Routes to Work", *LIB, *RTW, "--age", "25", "--date", "2019-06-01")
holds("yes", "Routes to Work", *LIB, *RTW, "--age", "25", "--date", "2021-06-01")
holds("maybe", "Routes to Work", *LIB, *RTW, "--age", "30", "--date", "2019-06-01")
holds("no", "Routes to Work", *LIB, "--place", "Tees Valley", "--status", "employed", "--age", "40", "--date", "2021-06-01")
# Standing counts
holds("no", "Let's Go Rural", "--library", "--date", "2024-05-01", reason="ended in December 2022")
holds("maybe", STOCKTON, "--library", "--place", "Stockton-on-Tees", "--age", "29", "--cohort", "neet")
# Everything judged, in order
everything = ask("--library")
if len(everything) != 109: fail(f"the library has {len(everything)} entries, not 109")
order = ["yes", "maybe", "no"]
if [order.index(o["answer"]) for o in everything] != sorted(order.index(o["answer"]) for o in everything): fail("the order yes, maybe, no")
if any(set(o) != {"name", "provider", "answer", "reasons", "ask"} for o in everything): fail("the members of an answer")
if any(not o["reasons"] for o in everything): fail("every answer has a reason")
# The demo place
holds("yes", "Whole House Northquay", "--place", "Northquay", "--age", "30", "--need", "childcare")
holds("no", "Whole House Tannery", "--place", "Northquay", "--age", "30", "--need", "childcare", reason="Northquay")
holds("yes", "Harbour Money Advice", "--place", "NORTHQUAY", "--age", "30", "--need", "debts")
holds("yes", "Harbour Money Advice", "--place", "Northquay", "--age", "30", "--need", "I ned help with my dbet and bills")
if any("childcare" in o["name"].lower() for o in ask("--need", "qwertyuiop")): fail("a word nothing knows finds nothing")
if {o["name"] for o in ask()} & {o["name"] for o in everything}: fail("live help and the library are never mixed")
# Wrongly asked
refused("--colour", "blue")
refused("--age", "old")
refused("--cohort", "wizards")
refused("--status", "busy")
refused("--date", "yesterday")
refused("--place", "Atlantis")
refused("--postcode", "ZZ99 9ZZ")
print("wrong:", wrong)
sys.exit(1 if wrong else 0)
PY
