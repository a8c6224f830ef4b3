// tasks: the six tasks of a key worker's day, walked in a browser and reckoned as stopwatch.mjs says, as (browser, base, check,
// visitors). The limits are those the work sets. test/browser/run --tasks runs these alone; doc/rehearsal.md times a person.
import { fresh, moved } from './journey.mjs'
import { stopwatch } from './stopwatch.mjs'

const worker = (visitors) => visitors.find((v) => v.name.startsWith('Amina'))

async function desk(browser, base, visitors, viewport = { width: 1280, height: 900 }) {
  const context = await fresh(browser, base, { viewport }, worker(visitors))
  const tab = await context.newPage()
  tab.setDefaultTimeout(8000)
  await tab.goto(`${base}/today`)
  return { context, tab }
}
// Somebody on Today with a meeting: where they stand, and the page they lead to.
const onToday = (tab) => tab.locator('main li:has(a[href$="/contacts"])').first()
async function somebody(tab) {
  await moved(tab, tab.locator('main a[href$="/contacts"]').first())
  return tab.url().replace(/\/contacts.*/, '')
}

// On a telephone, as outside somebody's door.
async function contact(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors, { width: 360, height: 740 })
  const watch = stopwatch('A contact is kept', 30), words = 'Rang. The bus pass came.'
  await watch.read('who it is, on Today', onToday(tab))
  await somebody(tab)
  watch.pressed('their name')
  await watch.read('what the form asks', tab.locator('#record :is(.label, legend)'))
  await tab.fill('#words', words)
  watch.type('What happened', words)
  await moved(tab, tab.locator('#record button.go'))
  watch.pressed('Save this contact')
  check((await tab.innerText('main')).includes(words), 'the contact is not among what was said')
  watch.end(check)
  await context.close()
}

async function promise(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors)
  const person = await somebody(tab), words = 'Send the letter to the college'
  await tab.fill('#promise', words)
  await tab.fill('#words', 'Talked about the college.')
  await moved(tab, tab.locator('#record button.go'))
  await tab.goto(`${base}/today`)
  const watch = stopwatch('What did I promise last time', 10)
  const link = tab.locator(`main a[href^="${new URL(person).pathname}"]`).first()
  await watch.read('their name on Today', link)
  await moved(tab, link)
  watch.pressed('their name')
  const promised = tab.locator('section:has(> #promised)')
  await watch.read('what was promised', promised.locator('h2, h3'))
  check((await promised.innerText()).includes(words), 'the promise is not on top of their contacts')
  watch.end(check)
  await tab.goto(person)
  check((await tab.innerText('main')).includes(words), 'the promise is not on their first page')
  await context.close()
}

async function spend(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors)
  const person = await somebody(tab)
  await tab.goto(person)
  const watch = stopwatch('Money is asked for', 45)
  await moved(tab, tab.locator(`main a[href$="/money"]`).first())
  watch.pressed('Money')
  await moved(tab, tab.locator('main a[href$="/money/new"]'))
  watch.pressed('Spend')
  await watch.read('what the form asks', tab.locator('main form :is(.label, legend, .hint)'))
  await tab.selectOption('[name=item]', { index: 1 })
  watch.press('what for'), watch.press('one of the list')
  await tab.fill('[name=amount]', '12.50')
  watch.type('How much', '12.50')
  await tab.locator('label:has([name=means][value=card])').click()
  watch.press('how it is paid')
  await moved(tab, tab.locator('main form button.go'))
  watch.pressed('Ask for it')
  check(/12\.50/.test(await tab.innerText('main')), 'the spend is not shown after it is asked for')
  watch.end(check)
  await context.close()
}

async function plan(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors)
  await tab.goto(await somebody(tab))
  const watch = stopwatch('The plan is on paper', 20)
  await moved(tab, tab.locator('main a[href$="/plan"]').first())
  watch.pressed('Plan')
  await watch.read('what may be done with it', tab.locator('main .acts:has(a[href$="/plan/print"])'))
  await moved(tab, tab.locator('main a[href$="/plan/print"]'))
  watch.pressed('On paper')
  const pdf = (await tab.pdf({ format: 'A4' })).toString('latin1')
  const sides = (pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length
  watch.keys('Control and P, then Enter', 3)
  check(sides >= 1 && sides <= 2, `the plan takes ${sides} sides of paper`)
  watch.end(check)
  await context.close()
}

const A4 = { wide: 190, high: 277, a_mm: 96 / 25.4 }    // within margins of 10 mm, in the browser's dots

async function handover(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors)
  const watch = stopwatch('The handover is read', 60), signs = (page) => page.locator('main [data-safety]').count()
  await moved(tab, tab.locator('main a[href^="/handover/"]').first())
  watch.pressed('You stand in for')
  check((await watch.read('all of it', tab.locator('main'))) > 20, 'the handover says next to nothing')
  watch.end(check)
  check((await signs(tab)) > 0, 'nobody on the handover has a safety sign: the demo shows none')
  await tab.emulateMedia({ media: 'print' })
  await tab.setViewportSize({ width: Math.round(A4.wide * A4.a_mm), height: 600 })
  const high = await tab.evaluate(() => document.querySelector('main').getBoundingClientRect().bottom + scrollY)
  check(high <= A4.high * A4.a_mm / 2, `the handover takes ${(high / A4.a_mm / A4.high).toFixed(2)} of a page, and half is its size`)
  await context.close()
}

// A referral by keyboard alone, on a phone: Tab to each field, arrows among its choices, Enter to send. How many keys.
async function tabTo(tab, name, value) {
  const at = () => tab.evaluate(() => ({ name: document.activeElement?.name, value: document.activeElement?.value,
    on: document.activeElement?.checked }))
  let keys = 0
  const strike = (key) => { keys++; return tab.keyboard.press(key) }
  for (let i = 0; (await at()).name !== name; i++) {
    if (i === 120) throw new Error(`${name} cannot be reached by Tab`)
    await strike('Tab')
  }
  for (let i = 0; value !== undefined && (await at()).value !== value; i++) {
    if (i === 12) throw new Error(`${name} has no ${value}`)
    await strike('ArrowDown')
  }
  if (value !== undefined && !(await at()).on) await strike('Space')
  return keys
}

const referral = (script) => async (browser, base, check) => {
  const context = await fresh(browser, base), tab = await context.newPage()
  tab.setDefaultTimeout(8000)
  if (!script) await tab.route('**/*.js', (route) => route.abort())
  const watch = stopwatch(script ? 'A referral by keyboard' : 'A referral by keyboard, no script', 60)
  const choose = async (name, value) => watch.keys(name, await tabTo(tab, name, value))
  const type = async (name, words) => {
    watch.keys(`to ${name}`, await tabTo(tab, name))
    await tab.keyboard.type(words)
    watch.write(name, words)
  }
  const send = () => moved(tab, tab.keyboard, (keys) => keys.press('Enter'))
  const asks = () => tab.locator('main form :is(.label, legend)')
  await tab.goto(`${base}/refer`)
  await watch.read('what it asks', asks())
  await choose('who', 'known'), await choose('knows', 'yes')
  await type('place', 'Northquay'), await type('age', '34')
  await send()
  watch.entered('Enter')
  await watch.read('the five fields', asks())
  check(await tab.locator('form[action="/refer/send"]').count() === 1, 'no form of five fields came')
  await type('name', 'Wren')
  await choose('safe_way', 'phone')
  await type('reach', '07700900321')
  await choose('agreed', 'said')
  await tabTo(tab, 'name')
  await send()
  watch.entered('Enter')
  check((await tab.innerText('main')).includes('It has been received.'), 'no thanks came')
  watch.end(check)
  await context.close()
}

export const all = {
  'A contact is kept': contact, 'What did I promise last time': promise, 'Money is asked for': spend,
  'The plan is on paper': plan, 'The handover is read': handover,
  'A referral by keyboard': referral(true), 'A referral by keyboard, no script': referral(false),
}
