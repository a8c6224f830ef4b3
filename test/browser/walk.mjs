// walk: node walk.mjs BASE_URL ROUTES_FILE SERVER_LOG [--pictures]. Crawls the site as everyone who may use it, judges each page as
// it came over the wire, then looks at one of each kind in a browser. README.md lists what is judged.
import fs from 'node:fs'
import zlib from 'node:zlib'
import { chromium } from 'playwright-core'
import { ANYONE, Crawl, readRoutes, routeOf } from './crawl.mjs'
import { Visitor, attributes, personas, signIn } from './site.mjs'
import * as look from './look.mjs'
import * as journey from './journey.mjs'
import * as tasks from './tasks.mjs'
import { prove } from './prove.mjs'
import { valid } from './validate.mjs'
import { cast, doors } from './entrances.mjs'
import { pictures } from './pictures.mjs'

const [base, routesFile, serverLog, ...options] = process.argv.slice(2)
const routes = readRoutes(fs.readFileSync(routesFile, 'utf8'))
const budget = { resident: 14 * 1024, staff: 30 * 1024 }    // bytes on the wire of a cold visit
// Routes the walk does not reach in the demo yet, a line each: the list may only grow shorter.
const unreached = new Set(fs.readFileSync(new URL('unreached.txt', import.meta.url), 'utf8').split('\n').filter(Boolean))
const long = process.env.WAYMARK_LONG === '1'              // ./check --long: every kind of page, at every width
const mostLooked = long ? 1000 : 64                        // pages looked at in the browser
let passed = 0
const failures = new Map()                                 // sentence -> the pages it is true of
const began = Date.now(), seconds = () => Math.round((Date.now() - began) / 1000)

export function check(good, where, sentence) {
  if (good) passed++
  else failures.set(sentence, [...(failures.get(sentence) ?? []), where])
  return good
}
const name = (page) => `${page.path}${page.how ? ` (${page.how} answers)` : ''} as ${page.who}`

// ---- over the wire ----
const assets = new Map()
async function weight(page) {
  const needs = [...page.reply.text.matchAll(/<(link|script|img)\b([^>]*)>/g)].map((m) => attributes(m[2]))
    .map((a) => a.src || (/stylesheet|icon/.test(a.rel ?? '') ? a.href : '')).filter(Boolean)
  let sum = page.reply.bytes
  for (const path of needs) {
    if (!assets.has(path)) {
      const got = await page.visitor.ask(path, undefined, '*/*')
      check(got.status === 200, name(page), `${path} is not there`)
      assets.set(path, got.bytes)
    }
    sum += assets.get(path)
  }
  return sum
}

const judged = new Set()

async function judge(page) {
  const { reply } = page, h = reply.headers, at = name(page), text = reply.text
  if (!check(page.expected, at, `answers ${reply.status}${page.from ? `, from a link or form on ${page.from}` : ''}`)) return
  if (!reply.html) return
  const policy = h['content-security-policy'] ?? ''
  check(/default-src 'none'/.test(policy) && !/unsafe-|https?:|\*/.test(policy) && /frame-ancestors 'none'/.test(policy),
    at, 'the content security policy is open or missing')
  check(h['x-content-type-options'] === 'nosniff' && h['referrer-policy'] === 'no-referrer', at, 'a safety header is missing')
  check(page.who === 'the public' || page.route?.flags & 16 || /no-store/.test(h['cache-control'] ?? ''), at,
    'a page for somebody signed in may be kept by a cache')
  check(!/\sstyle="|<style|<script(?![^>]*\ssrc=)|\son[a-z]+="|javascript:/.test(text), at, 'inline script or style')
  check(/<html lang="(en|cy)"/.test(text) && /<title[^>]*>[^<]+<\/title>/.test(text), at, 'no language or no title')
  const sum = await weight(page), kind = /data-exit/.test(text) ? 'resident' : 'staff'
  page.weight = sum
  check(sum <= budget[kind], at, `weighs more than a ${kind} page may: ${(sum / 1024).toFixed(1)} KB of ${budget[kind] / 1024}`)
  if (page.fields && reply.status >= 400)
    check(/role="alert"|class="(msg|bad|summary|box need|field bad)|lede/.test(text), at, 'refuses without saying what to do')
  const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1])
  check(new Set(ids).size === ids.length, at, 'two parts have one id')
  // A page built of the same parts as one already validated is not validated again.
  const key = [...new Set(text.match(/<[a-z0-9]+(\s+[a-z-]+(="[^"]*")?)*/g)
    .map((t) => t.replace(/(?<!class|type|role|rel)="[^"]*"/g, '')))].sort().join()
  if (judged.has(key)) return
  judged.add(key)
  const said = await valid(text)
  check(said.length === 0, at, `html-validate: ${said.slice(0, 3).join('; ')}`)
}

// ---- which pages the browser looks at: each that shows a part (tag and class) its route has not shown yet ----
function chosen(pages) {
  const shown = new Map(), out = []
  const parts = (page) => [...page.reply.text.matchAll(/<([a-z0-9]+)((?:\s[^>]*)?)>/g)].map((m) => {
    const a = attributes(m[2])
    return `${m[1]}.${a.class ?? ''}${'data-safety' in a ? '!' : ''}`
  })
  const first = (p) => (p.how === 'sample' || !p.how ? 0 : 1)
  for (const page of [...pages].sort((a, b) => first(a) - first(b))) {
    const key = `${page.fields ? 'POST' : 'GET'} ${page.route?.path ?? 'error'}`
    const before = shown.get(key) ?? new Set(), now = parts(page), fresh = now.filter((x) => !before.has(x))
    shown.set(key, new Set([...before, ...now]))
    if (fresh.length === 0 && before.size) continue
    page.fresh = before.size ? fresh.length : 1000
    out.push(page)
  }
  return out.sort((a, b) => b.fresh - a.fresh).slice(0, mostLooked)
}

// A page that came of a form is asked for again the same way: the browser's own navigation, with the form's fields.
async function open(tab, page) {
  const url = new URL(page.path, base).href
  if (page.fields)
    await tab.route(url, (r) => r.continue({ method: 'POST', postData: new URLSearchParams(page.fields).toString(),
      headers: { ...r.request().headers(), 'content-type': 'application/x-www-form-urlencoded' } }), { times: 1 })
  return tab.goto(url, { waitUntil: 'load', timeout: 20000 })
}

const printed = /^\/(find|help\/services)/     // pages made to be printed: two sides at most
async function lookAt(browser, page) {
  const at = name(page), told = []
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  const plain = await browser.newContext({ viewport: { width: 320, height: 740 }, javaScriptEnabled: false, locale: 'cy' })
  try {
    await context.addCookies(page.visitor.browserCookies())
    const tab = await context.newPage()
    tab.on('request', (r) => { if (!r.url().startsWith(base) && !r.url().startsWith('data:')) told.push(`asks ${r.url()}`) })
    tab.on('console', (m) => {
      const expected = page.reply.status >= 400 && /Failed to load resource/.test(m.text())
      if (m.type() === 'error' && !expected) told.push(`console: ${m.text()}`)
    })
    tab.on('pageerror', (e) => told.push(`script: ${e}`))
    await open(tab, page)
    const judge = (list) => (list.length ? list.forEach((s) => check(false, at, s)) : passed++)
    await look.axeInto(tab)
    judge(await look.axe(tab, 1280))
    judge(await look.narrow(tab, 1280))
    judge(await look.axe(tab, 360))
    judge(await look.narrow(tab, 360))
    for (const width of long ? [320, 480, 768, 1024, 1600] : []) judge(await look.axe(tab, width))
    judge(await look.targets(tab))
    judge(await look.keyboard(tab))
    judge(await look.narrow(tab, 320))
    judge(await look.spacing(tab))
    judge(await look.longer(tab))
    judge([...new Set(told)])
    if (printed.test(page.path) && page.reply.status === 200) {
      await open(tab, page)
      const n = await look.sides(tab)
      check(n > 0 && n <= 2, at, `prints on ${n} sides`)
    }
    // Script off and in Welsh at once, on the narrowest phone.
    await plain.addCookies([...page.visitor.browserCookies(), { name: 'lang', value: 'cy', url: base }])
    const bare = await plain.newPage()
    await open(bare, page)
    check(await bare.evaluate(() => document.documentElement.lang) === 'cy', at, 'is not in Welsh when Welsh is asked for')
    check((await bare.evaluate(() => document.querySelector('main')?.innerText.trim().length)) > 0, at,
      'shows nothing with script off')
    judge(await look.narrow(bare, 320, ' in Welsh'))
  } catch (e) {
    check(false, at, `the browser could not look: ${String(e).split('\n')[0]}`)
  } finally {
    await context.close()
    await plain.close()
  }
}

// ---- every route ----
async function everyRoute(seen, someone) {
  const nobody = new Visitor(base, 'the public')
  for (const r of routes) {
    if (r.api || r.path === '/exit' || r.kind === 'WRITE') continue
    const key = `${r.kind} ${r.path}`
    if (unreached.has(key)) check(!seen.has(key), r.path, `is reached (${r.kind}): take its line out of unreached.txt`)
    else check(seen.has(key), key, `no page of this route was reached by anyone`)
  }
  for (const r of routes.filter((x) => !x.parts && x.who !== ANYONE && x.kind === 'READ')) {
    const got = await nobody.ask(r.path)
    check([303, 401, 403, 404].includes(got.status), r.path, `is open to the public (${got.status})`)
  }
  for (const r of routes.filter((x) => !x.parts && x.kind === 'WRITE')) {
    const got = await someone.ask(r.path, [['csrf', 'made-up']])
    check([401, 403, 404].includes(got.status), r.path, `takes a form without its own token (${got.status})`)
  }
  const got = await nobody.ask('/nowhere')
  check(got.status === 404 && got.html, '/nowhere', `a page that is not there answers ${got.status}`)
  return { path: '/nowhere', from: '', reply: got, who: 'the public', visitor: nobody, route: null, expected: true }
}

// Nothing waits for ever: a step that does not end is a fault of its own.
function within(most, work) {
  let timer
  const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error(`did not end within ${most} s`)), most * 1000) })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

async function main() {
  const nobody = new Visitor(base, 'the public'), pages = [], seen = new Set(), waiting = []
  const found = (page) => {
    const { status } = page.reply
    if (status < 400 && page.route) seen.add(`${page.fields ? page.route.kind : 'READ'} ${page.route.path}`)
    if (status < 300 || status >= 400) waiting.push(judge(page))
  }
  const show = async (visitor, path, fields) => {
    const reply = await visitor.ask(path, fields)
    const page = { path, fields, from: 'a door opened for the walk',
      route: routeOf(routes, fields ? 'ASK' : 'READ', new URL(path, base).pathname), reply, who: visitor.name, visitor, expected: reply.status === 200 }
    found(page)
    if (reply.html && reply.status === 200) pages.push(page)
    return reply
  }
  const everyone = [nobody], list = await personas(nobody)
  check(list.length > 5, '/sign-in', 'the demo offers no personas')
  for (const p of list) everyone.push(await signIn(base, p))
  const players = await cast(everyone, show)
  for (const [title, open] of Object.entries(doors))
    try {
      await within(60, open(players))
    } catch (e) {
      check(false, title, `could not be opened: ${e.message}`)
    }
  for (const visitor of everyone) pages.push(...await new Crawl(visitor, routes, found).all())
  await Promise.all(waiting)
  for (const r of routes.filter((x) => x.api && !x.parts && x.kind === 'READ' && x.who === ANYONE)) {
    const got = await nobody.ask(r.path, undefined, 'application/json')
    check(got.status === 200 || got.status === 400, r.path, `answers ${got.status} to a program`)
  }
  pages.push(await everyRoute(seen, everyone[1] ?? nobody))
  const heavy = Math.max(...pages.map((p) => p.weight ?? 0))
  console.log(`${pages.length} pages crawled as ${everyone.length} visitors, ${seen.size} of their routes; ` +
    `heaviest first visit ${(heavy / 1024).toFixed(1)} KB (${seconds()} s)`)

  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] })
  await prove(browser, (good, sentence) => check(good, 'a page made for trying the judges', sentence))
  const queue = chosen(pages), total = queue.length
  await Promise.all([1, 2, 3].map(async () => {
    for (let page = queue.shift(); page; page = queue.shift())
      await within(90, lookAt(browser, page)).catch((e) => check(false, name(page), `the browser ${e.message}`))
  }))
  console.log(`${total} looked at in the browser (${seconds()} s)`)
  const outside = await journey.outside()
  for (const [title, run] of Object.entries({ ...journey.all, ...tasks.all }))
    try {
      await within(120, run(browser, base, (good, sentence) => check(good, title, sentence), everyone))
    } catch (e) {
      check(false, title, `could not be walked: ${String(e).split('\n')[0]}`)
    }
  outside.close()
  if (options.includes('--pictures')) await pictures(browser, base, everyone)
  await within(20, browser.close()).catch(() => {})   // a browser that will not close is left to the end of the process
}

try {
  await main()
} catch (e) {
  check(false, 'walk', e.stack)
}
let failed = 0
const shown = Number(process.env.SHOWN ?? 3)
for (const [sentence, where] of failures) {
  failed += where.length
  console.log(`FAIL ${sentence}\n     ${[...new Set(where)].slice(0, shown).join('\n     ')}` +
    (where.length > shown ? `\n     and ${where.length - shown} more` : ''))
}
// What the server itself complained of belongs beside the pages that caused it.
const complaints = fs.readFileSync(serverLog, 'utf8').split('\n').filter((l) => / (error|alarm) /.test(l))
if (failed && complaints.length) console.log(`The server said:\n  ${complaints.slice(0, 8).join('\n  ')}`)
console.log(`${seconds()} seconds`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
