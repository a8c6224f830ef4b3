# measure.py import|serve BUILD FOLDER: see run.sh. Starts the program and nginx on free ports of this machine, asks them as
# visitors do, and prints one figure a line, with the target it is held against.
import http.client, os, random, re, signal, socket, sqlite3, subprocess, sys, time

what, build, folder = sys.argv[1:4]
waymark, data = build + "/waymark", folder + "/d"
question = "new=yes&place=Northquay&need=money&need=care&age=30&status=unemployed"
asks = {"Accept": "text/html", "Accept-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}

def say(name, value, target, good):
    print(f"{name:52} {value:>22}   {'met' if good else 'MISSED':6} {target}", flush=True)

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

def fetch(port, method, path, body=None, headers=asks, timeout=20):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    c.request(method, path, body, headers)
    r = c.getresponse()
    return r.status, r.read()

def until(port, method, path, body, good, seconds=20):
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            status, page = fetch(port, method, path, body)
            if status == 200 and good(page): return time.monotonic()
        except OSError:
            pass
        time.sleep(.002)
    sys.exit(f"{path} did not answer within {seconds} s")

def start(port):
    began = time.monotonic()
    p = subprocess.Popen([waymark, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
                         stdout=subprocess.DEVNULL, stderr=open(folder + "/log", "a"))
    return p, began

def stop(p):
    p.send_signal(signal.SIGTERM)
    p.wait(30)

def started(name, port):
    p, began = start(port)
    first = until(port, "GET", "/", None, lambda page: True) - began
    search = until(port, "POST", "/find", question, lambda page: True) - began
    say(f"start-up to first page, {name}", f"{first * 1000:.0f} ms", "<= 500 ms", first <= .5)
    say(f"start-up to first list of results, {name}", f"{search * 1000:.0f} ms", "(told)", True)
    return p

def children(pid):
    all = [pid]
    for q in os.listdir("/proc"):
        if q.isdigit():
            try:
                if int(open(f"/proc/{q}/stat").read().rsplit(")", 1)[1].split()[1]) == pid: all.append(int(q))
            except OSError:
                pass
    return all

def pss(pid):
    kb = 0
    for p in children(pid):
        kb += int(re.search(r"^Pss:\s+(\d+)", open(f"/proc/{p}/smaps_rollup").read(), re.M).group(1))
    return kb / 1024

def wrk(port, path, lua=None, seconds=5):
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s"] + (["-s", lua] if lua else []) + [f"http://127.0.0.1:{port}{path}"]
    out = subprocess.run(command, capture_output=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if bad: print(f"  {bad.group(1)} answers were refusals: see the log", file=sys.stderr)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))

def lua_of(name, body):
    path = f"{folder}/{name}.lua"
    open(path, "w").write('wrk.method = "POST"\n' + body +
        "".join(f'wrk.headers["{k}"] = "{v}"\n' for k, v in asks.items()))
    return path

def lua_different():
    codes = open(folder + "/asked.txt").read().split("\n")[:200]
    return lua_of("different", "local codes = {" + ",".join(f'"{c.replace(" ", "+")}"' for c in codes if c) + "}\n" + """
local needs = {"money", "care", "training", "health", "home", "work"}
request = function()
  return wrk.format(nil, nil, nil, "place=" .. codes[math.random(#codes)] .. "&need=" .. needs[math.random(#needs)] ..
    "&age=" .. math.random(16, 70) .. "&first=" .. math.random(0, 3) * 8)
end
""")

def nginx_of(page):
    os.makedirs(folder + "/www", exist_ok=True)
    open(folder + "/www/page.html", "wb").write(page)
    for p, mode in ((folder + "/www", 0o755), (folder + "/www/page.html", 0o644)): os.chmod(p, mode)
    port = free_port()
    open(folder + "/nginx.conf", "w").write(f"""daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes auto;
events {{ worker_connections 512; }}
http {{ access_log off; types {{ text/html html; }} server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
""")
    p = subprocess.Popen(["nginx", "-c", folder + "/nginx.conf"], stderr=subprocess.DEVNULL)
    until(port, "GET", "/page.html", None, lambda page: True)
    return p, port

def results(port):
    status, page = fetch(port, "POST", "/find", question)
    say("results page, gzipped", f"{len(page)} bytes", "(told)", status == 200)
    nginx, beside = nginx_of(page)
    same = wrk(port, "/find", lua_of("same", f'wrk.body = "{question}"\n'))
    other = wrk(port, "/find", lua_different())
    static = wrk(beside, "/page.html")
    nginx.terminate()
    nginx.wait()
    say("nginx, the same bytes as a file", f"{static:.0f}/s", "(told)", True)
    say("results page, one question asked by many at once", f"{same:.0f}/s = 1/{static / same:.1f}", ">= 1/6 of nginx", same >= static / 6)
    say("results page, every question another", f"{other:.0f}/s = 1/{static / other:.1f}", "(told)", True)

def oruk(port, asked=1500):
    c, ms = http.client.HTTPConnection("127.0.0.1", port), []
    random.seed(3)
    for _ in range(asked):
        path = random.choice(("/services?page=%d" % random.randint(1, 400), "/services?search=money&page=%d" % random.randint(1, 5),
                              "/services?minimum_age=16", "/services?per_page=50"))
        began = time.perf_counter()
        c.request("GET", path)
        r = c.getresponse()
        r.read()
        ms.append((time.perf_counter() - began) * 1000)
        if r.status != 200: sys.exit(f"{path}: {r.status}")
    ms.sort()
    p99 = ms[int(len(ms) * .99)]
    say("Open Referral UK /services page", f"p50 {ms[len(ms) // 2]:.1f} p99 {p99:.1f} ms", "p99 <= 10 ms", p99 <= 10)

def edits(port, times=5):
    db, worst = sqlite3.connect(data + "/waymark.db", timeout=5), 0
    some = [r[0] for r in db.execute("select id from service where published_on is not null order by id limit 400")]
    for i in range(times):
        word = "".join(random.choice("bcdfghjklmnp") for _ in range(10))
        db.execute("update service set name = ? where id = ?", (f"Zzyx {word}", some[i * 31]))
        db.execute("update directory_state set generation = generation + 1")
        db.commit()
        began = time.monotonic()
        worst = max(worst, until(port, "POST", "/find", f"words={word}", lambda page: found(port, word)) - began)
    say(f"an edit is in the next search, worst of {times}", f"{worst * 1000:.0f} ms", "<= 1000 ms", worst <= 1)

def found(port, word):
    plain = {k: v for k, v in asks.items() if k != "Accept-Encoding"}
    _, page = fetch(port, "POST", "/find", f"words={word}", plain)
    return b"<ol" in page and word.encode() in page.split(b"<ol", 1)[1].split(b"</ol>")[0]

def weight(port):
    worst = (0, "")
    _, page = fetch(port, "POST", "/find", question, {k: v for k, v in asks.items() if k != "Accept-Encoding"})
    service = re.search(rb'href="(/help/services/[^"]+)"', page).group(1).decode()
    for method, path, body in (("GET", "/", None), ("GET", "/find", None), ("POST", "/find", question), ("GET", service, None)):
        _, zipped = fetch(port, method, path, body)
        _, html = fetch(port, method, path, body, {k: v for k, v in asks.items() if k != "Accept-Encoding"})
        total = len(zipped)
        for asset in set(re.findall(rb'(?:href|src)="(/asset/[^"]+)"', html)):
            total += len(fetch(port, "GET", asset.decode())[1])
        worst = max(worst, (total, f"{method} {path.rsplit('/', 1)[0] + '/...' if '/help/' in path else path}"))
    say(f"resident's page cold, heaviest ({worst[1]})", f"{worst[0] / 1024:.1f} KB gzipped", "<= 14 KB", worst[0] <= 14 * 1024)

def binary():
    subprocess.run(["strip", "-o", folder + "/stripped", waymark], check=True)
    size = os.path.getsize(folder + "/stripped") / 2**20
    say("program, stripped", f"{size:.1f} MB", "<= 6 MB", size <= 6)

def imported():
    began = time.monotonic()
    subprocess.run([waymark, "import", "postcodes", folder + "/postcodes.csv", "--data", data, "--edition", "bench",
                    "--source", "invented"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    rate = 1000000 / (time.monotonic() - began)
    say("postcodes read in, nobody waiting", f"{rate:.0f} a second", ">= 200,000/s", rate >= 200000)

def serve():
    port = free_port()
    p = started("nothing made yet", port)
    stop(p)
    p = started("again", port)
    try:
        results(port)
        oruk(port)
        edits(port)
        wrk(port, "/find", lua_different(), 2)
        mb = pss(p.pid)
        say("memory of all processes (sum of PSS), after edits", f"{mb:.0f} MB", "<= 200 MB", mb <= 200)
        weight(port)
    finally:
        stop(p)
    binary()

imported() if what == "import" else serve()
