// refer: one referral from the start page to the thanks, as somebody in a hurry makes it: by keyboard, on a phone, with and
// without script; timed with what a person needs to read and type. Standing alone:
//   node test/browser/refer.mjs http://127.0.0.1:8080 [folder for pictures]
// Typing is 180 characters a minute, a choice 1.5 s, a page 4 s to read: slower than most people at work.
import fs from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'

const most = 60
const [base, pictures] = process.argv.slice(2)
let failed = 0, passed = 0
const check = (good, words) => { good ? passed++ : (failed++, console.log(`FAIL ${words}`)) }

// What a person would have needed beside the machine.
class Hand {
  constructor(tab) { this.tab = tab; this.seconds = 0; this.keys = 0 }
  async type(words) { await this.tab.keyboard.type(words); this.seconds += words.length / 3; this.keys += words.length }
  async press(key) { await this.tab.keyboard.press(key); this.keys++ }
  read() { this.seconds += 4 }
  // Tab until the field of that name is reached; then choose among its values with the arrows.
  async to(name, value) {
    for (let i = 0; i < 120; i++) {
      const at = await this.tab.evaluate(() => ({ name: document.activeElement?.name, value: document.activeElement?.value }))
      if (at.name === name) break
      await this.press('Tab')
      if (i === 119) throw new Error(`${name} cannot be reached by Tab`)
    }
    this.seconds += 1.5
    if (value === undefined) return
    for (let i = 0; i < 12; i++) {
      const at = await this.tab.evaluate(() => ({ value: document.activeElement.value, on: document.activeElement.checked }))
      if (at.value === value) { if (!at.on) await this.press('Space'); return }
      await this.press('ArrowDown')
    }
    throw new Error(`${name} has no ${value}`)
  }
  async send() {
    await Promise.all([this.tab.waitForNavigation({ waitUntil: 'load' }), this.press('Enter')])
  }
}

async function shot(tab, name) {
  if (!pictures) return
  fs.mkdirSync(pictures, { recursive: true })
  await tab.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true })
}

async function once(browser, script, width) {
  const context = await browser.newContext({ viewport: { width, height: 740 }, javaScriptEnabled: true })
  if (!script) await context.addInitScript(() => {})
  const tab = await context.newPage()
  if (!script) await tab.route('**/*.js', (route) => route.abort())
  const hand = new Hand(tab), began = Date.now(), name = `${width}${script ? '' : '-plain'}`
  await tab.goto(`${base}/refer`)
  await shot(tab, `refer-1-${name}`)
  hand.read()
  await hand.to('who', 'known')
  await hand.to('knows', 'yes')
  await hand.to('place')
  await hand.type('Northquay')
  await hand.to('age')
  await hand.type('34')
  await hand.send()
  await shot(tab, `refer-2-${name}`)
  hand.read()
  check(await tab.locator('form[action="/refer/send"]').count() === 1, `${name}: no form of five fields came`)
  await hand.to('name')
  await hand.type('Wren')
  await hand.to('safe_way', 'phone')
  await hand.to('reach')
  await hand.type('07700900321')
  await hand.to('safe_note')
  await hand.type('Tuesdays')
  await hand.to('agreed', 'said')
  await hand.to('safe_note')
  await hand.send()
  await shot(tab, `refer-3-${name}`)
  check((await tab.innerText('main')).includes('It has been received.'), `${name}: no thanks came`)
  const seconds = hand.seconds + (Date.now() - began) / 1000
  console.log(`a referral, ${name}: ${seconds.toFixed(0)} s of ${most} (${hand.keys} keys)`)
  check(seconds <= most, `${name}: a referral took ${seconds.toFixed(0)} s`)
  await context.close()
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const [script, width] of [[true, 360], [false, 360], [true, 1280]])
  await once(browser, script, width).catch((e) => check(false, `${width}: ${e.message}`))
await browser.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
