// timed: node timed.mjs BASE_URL [WORDS]. The six tasks of a key worker's day by themselves, on a demo place that is served:
// what each takes and whether it is within its limit. WORDS: only tasks whose names hold them. test/browser/run --tasks runs it.
import { chromium } from 'playwright-core'
import { Visitor, personas, signIn } from './site.mjs'
import { all } from './tasks.mjs'

const [base, words = ''] = process.argv.slice(2)
const chosen = Object.entries(all).filter(([title]) => title.toLowerCase().includes(words.toLowerCase()))
const visitors = []
for (const persona of await personas(new Visitor(base, 'the public'))) visitors.push(await signIn(base, persona))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] })
let passed = 0, failed = chosen.length ? 0 : 1
if (!chosen.length) console.log(`No task is called "${words}": ${Object.keys(all).join(', ')}`)
for (const [title, run] of chosen) {
  const faults = []
  try {
    await run(browser, base, (good, sentence) => good || faults.push(sentence), visitors)
  } catch (e) {
    faults.push(`could not be walked: ${String(e).split('\n')[0]}`)
  }
  faults.length ? failed++ : passed++
  for (const f of faults) console.log(`FAIL ${title}: ${f}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
