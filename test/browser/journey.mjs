// journey: things that need more than one page. Each is (browser, base, check, visitors).
import http from 'node:http'

// Where "Exit now" leads, as test/browser/run set it.
export function outside() {
  const server = http.createServer((rq, rs) => {
    rs.writeHead(200, { 'content-type': 'text/html' })
    rs.end('<!doctype html><title>Weather</title><h1>Weather</h1>')
  })
  return new Promise((done) => server.listen(Number(process.env.OUTSIDE), 'localhost', () => done(server)))
}

async function fresh(browser, base, options = {}, visitor = null) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...options })
  if (visitor) await context.addCookies(visitor.browserCookies())
  return context
}

async function shiftThrice(tab) {
  for (let i = 0; i < 3; i++) await tab.keyboard.press('Shift')
  await tab.waitForURL((url) => url.hostname !== '127.0.0.1', { timeout: 8000 })
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
  await tab.locator('form[action="/sign-in/persona"] button').first().click()
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
  await tab.locator('form[action="/sign-in/persona"] button').first().click()
  await tab.goto(`${base}/people`)
  const names = await tab.locator('main h2').allInnerTexts()
  check(names.length > 0, 'the first persona sees nobody')
  await tab.locator('form[action="/sign-out"] button').click()
  await tab.waitForLoadState('load')
  await tab.goBack().catch(() => {})
  const shown = await settled(tab)
  check(names.every((n) => !shown.includes(n.split('\n')[0])), 'Back shows people after signing out')
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
  await Promise.all([tab.waitForLoadState('load'), box.press('Enter')])
  for (let i = 0; i < 12 && !(await tab.locator('main a[href^="/help/services/"]').count()); i++) {
    const next = tab.locator('main form button:has-text("now"), main form button.go, main form button').first()
    if (!(await next.count())) break
    await Promise.all([tab.waitForLoadState('load'), next.click()])
  }
  const results = tab.locator('main a[href^="/help/services/"]')
  check((await results.count()) > 0, 'finding help in Northquay shows no service with script off')
  check(!addresses.some((a) => /northquay/i.test(a)), 'the place typed stands in an address')
  check((await context.cookies()).length === 0, 'a cookie is set while somebody looks for help')
  if (await results.count()) {
    await results.first().click()
    await tab.waitForLoadState('load')
    check((await tab.locator('main h1').count()) === 1, 'a result leads to no page')
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
  'Signing out, then Back': signOutBack, 'Finding help with script off': findHelp, 'Forced colours': forced,
}
