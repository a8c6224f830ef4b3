# Grows a demo folder to 20,000 services (copies of the invented ones, each with its own name, place and hours), and writes
# 1,000,000 invented postcodes (postcodes.csv) in the columns of the ONS Postcode Directory. Prints some to ask from.
import random, sqlite3, sys, uuid
folder = sys.argv[1]
db = sqlite3.connect(folder + "/d/waymark.db")
random.seed(5)
def columns(table): return [r[1] for r in db.execute(f"pragma table_info({table})") if r[1] != "id"]
def rows(table, where, value):
    cols = columns(table)
    return cols, db.execute(f"select {', '.join(cols)} from {table} where {where} = ?", (value,)).fetchall()
def add(table, cols, row, **change):
    values = [str(uuid.UUID(int=random.getrandbits(128), version=4)) if c == "public_id" else change.get(c, v) for c, v in zip(cols, row)]
    return db.execute(f"insert into {table} ({', '.join(cols)}) values ({', '.join('?' * len(cols))})", values).lastrowid
base = [r[0] for r in db.execute("select id from service")]
shown = {t: {s: rows(t, "service", s) for s in base} for t in ("service_area", "schedule", "service_at_location", "funding") if db.execute("select 1 from sqlite_master where name = ?", (t,)).fetchone()}
whole = {s: rows("service", "id", s) for s in base}
made = len(base)
while made < 20000:
    s = base[made % len(base)]
    cols, [row] = whole[s]
    name = row[cols.index("name")]
    new = add("service", cols, row, name=f"{name} {made}")
    place = {}
    for table, all in shown.items():
        c, found = all[s]
        for r in found:
            change = {"service": new}
            if "location" in c and r[c.index("location")]:
                old = r[c.index("location")]
                if old not in place:
                    lc, [lr] = rows("location", "id", old)
                    place[old] = add("location", lc, lr, latitude=(lr[lc.index("latitude")] or 0) + random.uniform(-.05, .05),
                                     longitude=(lr[lc.index("longitude")] or 0) + random.uniform(-.08, .08))
                change["location"] = place[old]
            add(table, c, r, **change)
    made += 1
db.execute("update directory_state set generation = generation + 1")
db.commit()
letters = "ABDEFGHJLNPQRSTUWXYZ"
with open(folder + "/postcodes.csv", "w") as f:
    f.write("pcds,doterm,lat,long,oslaua,osward,lsoa11\n")
    n = 0
    for area in range(1, 99):
        for sector in range(10):
            for a in letters:
                for b in letters:
                    for extra in range(3):
                        if n < 1000000:
                            f.write(f"Z{'CDE'[extra]}{area} {sector}{a}{b},,{55 + area / 100 + sector / 1000:.6f},{2 + n % 977 / 1000:.6f},,,\n")
                            n += 1
for i in range(500):
    print(f"ZC{random.randint(1, 80)} {random.randint(0, 9)}{random.choice(letters)}{random.choice(letters)}")
