// tasks: the six tasks of a key worker's day, walked and timed, as (browser, base, check, visitors). What a person needs to
// read, press and type is reckoned as in journey.mjs; the limits are those the work sets (README.md).
import { fresh, moved, stopwatch } from './journey.mjs'

const worker = (visitors) => visitors.find((v) => v.name.startsWith('Amina'))

async function desk(browser, base, visitors) {
  const context = await fresh(browser, base, { viewport: { width: 1280, height: 900 } }, worker(visitors))
  const tab = await context.newPage()
  tab.setDefaultTimeout(8000)
  await tab.goto(`${base}/today`)
  return { context, tab }
}
// Somebody on Today with a meeting, opened at the page they lead to and then at their first page.
async function somebody(tab) {
  await moved(tab, tab.locator('main a[href$="/contacts"]').first())
  return tab.url().replace(/\/contacts.*/, '')
}

async function contact(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors)
  const watch = stopwatch('A contact is kept', 30), words = 'Rang. The bus pass came.'
  await somebody(tab)
  watch.press('their name on Today'), watch.read('what was promised')
  await tab.fill('#words', words)
  watch.type('What happened', words)
  await moved(tab, tab.locator('#record button.go'))
  watch.press('Save this contact')
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
  await moved(tab, tab.locator(`main a[href^="${new URL(person).pathname}"]`).first())
  watch.press('their name on Today'), watch.read('what was promised')
  check((await tab.locator('#promised').locator('..').innerText()).includes(words), 'the promise is not on top of their contacts')
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
  watch.press('Money')
  await moved(tab, tab.locator('main a[href$="/money/new"]'))
  watch.press('Spend'), watch.read('the form')
  await tab.selectOption('[name=item]', { index: 1 })
  watch.press('what for')
  await tab.fill('[name=amount]', '12.50')
  watch.type('How much', '12.50')
  await tab.locator('label:has([name=means][value=card])').click()
  watch.press('how it is paid')
  await moved(tab, tab.locator('main form button.go'))
  watch.press('Ask for it')
  check(/12\.50/.test(await tab.innerText('main')), 'the spend is not shown after it is asked for')
  watch.end(check)
  await context.close()
}

async function plan(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors)
  await tab.goto(await somebody(tab))
  const watch = stopwatch('The plan is on paper', 20)
  await moved(tab, tab.locator('main a[href$="/plan"]').first())
  watch.press('Plan'), watch.read('the plan')
  await moved(tab, tab.locator('main a[href$="/plan/print"]'))
  watch.press('On paper')
  const pdf = (await tab.pdf({ format: 'A4' })).toString('latin1')
  const sides = (pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length
  watch.press('print')
  check(sides >= 1 && sides <= 2, `the plan takes ${sides} sides of paper`)
  watch.end(check)
  await context.close()
}

const WORDS_A_SECOND = 4     // 240 a minute: how fast most adults read plain words

async function handover(browser, base, check, visitors) {
  const { context, tab } = await desk(browser, base, visitors)
  const watch = stopwatch('The handover is read', 60)
  await moved(tab, tab.locator('main a[href^="/handover/"]').first())
  watch.press('You stand in for')
  const words = (await tab.innerText('main')).split(/\s+/).length
  watch.takes(`read ${words} words`, words / WORDS_A_SECOND)
  check(words > 20, 'the handover says next to nothing')
  watch.end(check)
  await context.close()
}

// A referral by keyboard alone, on a phone: Tab to each field, arrows among its choices, Enter to send.
async function tabTo(tab, name, value) {
  const at = () => tab.evaluate(() => ({ name: document.activeElement?.name, value: document.activeElement?.value,
    on: document.activeElement?.checked }))
  for (let i = 0; (await at()).name !== name; i++) {
    if (i === 120) throw new Error(`${name} cannot be reached by Tab`)
    await tab.keyboard.press('Tab')
  }
  for (let i = 0; value !== undefined && (await at()).value !== value; i++) {
    if (i === 12) throw new Error(`${name} has no ${value}`)
    await tab.keyboard.press('ArrowDown')
  }
  if (value !== undefined && !(await at()).on) await tab.keyboard.press('Space')
}

const referral = (script) => async (browser, base, check) => {
  const context = await fresh(browser, base), tab = await context.newPage()
  tab.setDefaultTimeout(8000)
  if (!script) await tab.route('**/*.js', (route) => route.abort())
  const watch = stopwatch(script ? 'A referral by keyboard' : 'A referral by keyboard, no script', 60)
  const choose = async (name, value) => { await tabTo(tab, name, value); watch.press(name) }
  const type = async (name, words) => { await tabTo(tab, name); await tab.keyboard.type(words); watch.type(name, words) }
  const send = () => moved(tab, tab.keyboard, (keys) => keys.press('Enter'))
  await tab.goto(`${base}/refer`)
  watch.read('who it is for')
  await choose('who', 'known'), await choose('knows', 'yes')
  await type('place', 'Northquay'), await type('age', '34')
  await send()
  watch.press('Enter'), watch.read('the five fields')
  check(await tab.locator('form[action="/refer/send"]').count() === 1, 'no form of five fields came')
  await type('name', 'Wren')
  await choose('safe_way', 'phone')
  await type('reach', '07700900321')
  await choose('agreed', 'said')
  await tabTo(tab, 'name')
  await send()
  watch.press('Enter')
  check((await tab.innerText('main')).includes('It has been received.'), 'no thanks came')
  watch.end(check)
  await context.close()
}

export const all = {
  'A contact is kept': contact, 'What did I promise last time': promise, 'Money is asked for': spend,
  'The plan is on paper': plan, 'The handover is read': handover,
  'A referral by keyboard': referral(true), 'A referral by keyboard, no script': referral(false),
}
