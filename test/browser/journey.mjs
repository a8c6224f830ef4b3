// journey: things that need more than one page. Each is (browser, base, check, visitors).
import http from 'node:http'
import { stopwatch } from './stopwatch.mjs'

// Where "Exit now" leads, as test/browser/run set it.
export function outside() {
  const server = http.createServer((rq, rs) => {
    rs.writeHead(200, { 'content-type': 'text/html' })
    rs.end('<!doctype html><title>Weather</title><h1>Weather</h1>')
  })
  return new Promise((done) => server.listen(Number(process.env.OUTSIDE), 'localhost', () => done(server)))
}

export async function fresh(browser, base, options = {}, visitor = null) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...options })
  if (visitor) await context.addCookies(visitor.browserCookies())
  return context
}

async function shiftThrice(tab) {
  for (let i = 0; i < 3; i++) await tab.keyboard.press('Shift')
  await tab.waitForURL((url) => url.hostname !== '127.0.0.1', { timeout: 8000 })
}

// Presses what leads to another page and waits until that page is there. (Waiting for 'load' alone is satisfied by the
// page still shown, and a context closed while its page is on the way can hang the browser.)
export async function moved(tab, what, press = (x) => x.click()) {
  const page = () => tab.evaluate(() => document.readyState === 'complete' && performance.timeOrigin).catch(() => false)
  const was = await page()
  await press(what)
  for (let i = 0; i < 160; i++) {
    const now = await page()
    if (now && now !== was) return
    await tab.waitForTimeout(50)
  }
  throw new Error('no other page came within 8 s')
}

// Waits until nothing moves: Back may show a page for a moment before the script hides it and asks again.
async function settled(tab) {
  await tab.waitForLoadState('load').catch(() => {})
  await tab.waitForTimeout(400)
  return tab.evaluate(() => (document.documentElement.hidden ? '' : document.body?.innerText ?? ''))
}

async function exitKey(browser, base, check) {
  const context = await fresh(browser, base), tab = await context.newPage()
  await tab.goto(`${base}/about`)
  const words = await tab.innerText('main')
  await shiftThrice(tab)
  check(true, '')
  await tab.goBack({ timeout: 4000 }).catch(() => {})
  check(!(await settled(tab)).includes(words.slice(0, 40)), 'Back shows the page that was left with Shift three times')
  await context.close()
}

async function exitPress(browser, base, check) {
  const context = await fresh(browser, base), tab = await context.newPage()
  await tab.goto(`${base}/`)
  const words = await tab.innerText('main')
  const box = await tab.locator('[data-exit]').boundingBox()
  check(box && box.y >= 0 && box.y + box.height <= 740 && box.x + box.width <= 360, 'Exit now is not in view on a phone')
  await tab.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  const low = await tab.locator('[data-exit]').boundingBox()
  check(low && low.y >= 0 && low.y < 740, 'Exit now scrolls away')
  await tab.click('[data-exit]')
  await tab.waitForURL((url) => url.hostname !== '127.0.0.1', { timeout: 8000 })
  await tab.goBack({ timeout: 4000 }).catch(() => {})
  check(!(await settled(tab)).includes(words.slice(0, 40)), 'Back shows the page that was left by Exit now')
  await context.close()
}

// With script off Exit now is a plain link: the session is over and Back shows nothing of it.
async function exitPlain(browser, base, check) {
  const context = await fresh(browser, base, { javaScriptEnabled: false }), tab = await context.newPage()
  await tab.goto(`${base}/sign-in`)
  await moved(tab, tab.locator('form[action="/sign-in/persona"] button').first())
  await tab.goto(`${base}/me`)
  const words = (await tab.innerText('main')).trim()
  await tab.goto(`${base}/exit`)
  check(new URL(tab.url()).hostname === 'localhost', '/exit does not leave the site')
  await tab.goto(`${base}/find`)
  await tab.click('[data-exit]')
  await tab.waitForURL((url) => url.hostname !== '127.0.0.1', { timeout: 8000 })
  await tab.goto(`${base}/me`)
  check((await tab.innerText('main')).trim() !== words, 'the session goes on after Exit now')
  await context.close()
}

// Signing out: Back does not show what was open.
async function signOutBack(browser, base, check) {
  const context = await fresh(browser, base), tab = await context.newPage()
  await tab.goto(`${base}/sign-in`)
  const players = await tab.innerText('main')   // some of them are people supported here, and stand on this page too
  await moved(tab, tab.locator('form[action="/sign-in/persona"] button').first())
  await tab.goto(`${base}/people`)
  const names = (await tab.locator('main h2 [translate=no], main h3 [translate=no]').allInnerTexts())
    .filter((n) => !players.includes(n))
  check(names.length > 0 && names.every((n) => n.length > 3), 'the first persona sees nobody')
  await moved(tab, tab.locator('form[action="/sign-out"] button'))
  await tab.goBack().catch(() => {})
  const shown = await settled(tab)
  const left = names.filter((n) => shown.includes(n))
  check(!left.length, `Back shows people after signing out: ${left[0]}`)
  await context.close()
}

// The first whole job with script off, by pressing what a person would press: home, place, skip, results, one service.
async function findHelp(browser, base, check) {
  const context = await fresh(browser, base, { javaScriptEnabled: false, viewport: { width: 320, height: 640 } })
  const tab = await context.newPage(), addresses = []
  tab.on('request', (r) => addresses.push(r.url()))
  await tab.goto(`${base}/find`)
  tab.setDefaultTimeout(8000)
  const box = tab.locator('main form input:not([type=hidden]):not([type=radio]):not([type=checkbox])').first()
  await box.fill('Northquay')
  await moved(tab, box, (x) => x.press('Enter'))
  for (let i = 0; i < 12 && !(await tab.locator('main a[href^="/help/services/"]').count()); i++) {
    const next = tab.locator('main form button:has-text("now"), main form button.go, main form button').first()
    if (!(await next.count())) break
    await moved(tab, next)
  }
  const results = tab.locator('main a[href^="/help/services/"]')
  check((await results.count()) > 0, 'finding help in Northquay shows no service with script off')
  check(!addresses.some((a) => /northquay/i.test(a)), 'the place typed stands in an address')
  check((await context.cookies()).length === 0, 'a cookie is set while somebody looks for help')
  if (await results.count()) {
    await moved(tab, results.first())
    check((await tab.locator('main h1').count()) === 1, 'a result leads to no page')
  }
  await context.close()
}

// "A volunteer who has never seen it finds three fitting live offers in Seaborough in under a minute."
async function threeOffers(browser, base, check) {
  const context = await fresh(browser, base), tab = await context.newPage()
  tab.setDefaultTimeout(8000)
  const watch = stopwatch('Three offers for a carer of 52 in Eastferry who wants training', 60)
  await tab.goto(base)
  await watch.read('the first page', tab.locator('main h1, main .lede, main .label, main form + p, main a:has-text("questions")'))
  await Promise.all([tab.waitForURL('**/find'), tab.locator('main a:has-text("a few plain questions")').first().click()])
  watch.pressed('Answer a few plain questions instead')
  await watch.read('what it asks', tab.locator('main form .label, main form legend'))
  await tab.locator('main form input[name=place]').first().fill('Eastferry')
  watch.type('Where are you?', 'Eastferry')
  for (const label of ['Training or a course', 'Childcare or caring']) {
    await tab.locator(`main label:has-text("${label}")`).first().click()
    watch.press(label)
  }
  await tab.fill('#age', '52')
  watch.type('How old are you?', '52')
  await moved(tab, tab.locator('main form button.go').first())
  watch.pressed('Show me what is near')
  await watch.read('the names of the first three answers', tab.locator('main ol.rows > li:nth-child(-n+3) :is(h2,h3,.sign)'))
  const fits = tab.locator('main ol.rows > li:has(.sign.yes)')
  const names = await fits.locator('a[href^="/help/services/"]').allInnerTexts()
  check(new Set(names).size >= 3, `only ${names.length} answers say yes for a carer of 52 in Eastferry`)
  check((await fits.locator('a[href^="tel:"]').count()) >= 3, 'three answers do not say whom to ring')
  watch.end(check)
  await context.close()
}

// "An editor corrects an entry in under 30 seconds": a changed telephone number, from signing in to seeing it public.
async function correctEntry(browser, base, check, visitors) {
  const editor = visitors.find((v) => v.name.startsWith('Edie'))
  const context = await fresh(browser, base, { viewport: { width: 1280, height: 900 } }, editor), tab = await context.newPage()
  tab.setDefaultTimeout(8000)
  await tab.goto(`${base}/directory`)
  const watch = stopwatch('An editor puts a telephone number right', 30)
  const first = tab.locator('main h2 a[href^="/directory/services/"]').first(), name = (await first.innerText()).trim()
  await tab.fill('#q', name)
  watch.type('Find by name', name.slice(0, 8))
  await moved(tab, tab.locator('main form button:has-text("Show")'))
  watch.pressed('Show')
  await moved(tab, tab.locator('main h2 a[href^="/directory/services/"]').first())
  watch.pressed(name)
  const phone = tab.locator('#f-phone'), before = await phone.inputValue()
  await phone.fill('01632 960987')
  watch.type('Telephone', '01632 960987')
  await moved(tab, tab.locator('main form button:has-text("Save")').first())
  watch.pressed('Save')
  check((await tab.innerText('body')).includes('Saved.'), 'saving says nothing')
  watch.end(check)
  await moved(tab, tab.locator('main a:has-text("See the page people see")'))
  check((await tab.innerText('main')).includes('01632 960987'), 'the page people see has the old number')
  await tab.goBack()
  await moved(tab, tab.locator('main a:has-text("Last changed")'))
  const history = await tab.innerText('main')
  check(history.includes('Edie Compass') && history.includes('01632 960987'), 'the history does not say who changed what')
  await tab.goBack()
  await tab.locator('#f-phone').fill(before)
  await moved(tab, tab.locator('main form button:has-text("Save")').first())
  await context.close()
}

// Welsh on real pages, with its own words: nothing sticks out at 320, nothing is cut off, and no public page is half English.
async function welshPages(browser, base, check) {
  const context = await fresh(browser, base, { viewport: { width: 320, height: 640 } }), tab = await context.newPage()
  await context.addCookies([{ name: 'lang', value: 'cy', url: base }])
  for (const path of ['/', '/find', '/library', '/library/national', '/help/summary', '/about', '/privacy', '/accessibility',
    '/no-such-page']) {
    await tab.goto(base + path)
    check((await tab.getAttribute('html', 'lang')) === 'cy', `${path} is not in Welsh`)
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    check(wide <= 0, `${path} in Welsh is ${wide} px too wide at 320`)
    const cut = await tab.evaluate(() => [...document.querySelectorAll('main .btn, main .sign')]
      .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map((e) => e.innerText.slice(0, 40)))
    check(cut.length === 0, `${path} in Welsh cuts off: ${cut.join(', ')}`)
    const words = await tab.evaluate(() => {
      const main = document.querySelector('main').cloneNode(true)
      main.querySelectorAll('[translate=no]').forEach((e) => e.remove())
      return main.innerText
    })
    const english = words.match(/\b(the|and|with|your|what|this|that|have)\b/gi) ?? []
    check(english.length === 0, `${path} in Welsh still says: ${words.split('\n').filter((l) => /\b(the|and|with|your|what|this|that|have)\b/i.test(l)).slice(0, 3).join(' / ')}`)
  }
  await context.close()
}

// The reader's own colours: edges that carry a meaning are still there.
async function forced(browser, base, check, visitors) {
  const context = await fresh(browser, base, { forcedColors: 'active', colorScheme: 'dark' }, visitors[1])
  const tab = await context.newPage()
  for (const path of ['/', '/people']) {
    await tab.goto(base + path)
    const bad = await tab.evaluate(() => [...document.querySelectorAll('.sign.safe,.go,.btn')].filter((e) => {
      const s = getComputedStyle(e)
      return e.offsetParent && s.borderStyle === 'none' && s.outlineStyle === 'none' && s.textDecorationLine === 'none'
    }).length)
    check(bad === 0, `${bad} buttons or safety signs lose their edge in forced colours on ${path}`)
  }
  await context.close()
}

export const all = {
  'Shift three times': exitKey, 'Exit now': exitPress, 'Exit now with script off': exitPlain,
  'Signing out, then Back': signOutBack, 'Finding help with script off': findHelp,
  'Three offers in a minute': threeOffers, 'An entry put right in half a minute': correctEntry, 'Welsh pages': welshPages, 'Forced colours': forced,
}
