// validate: html-validate, which is most of the walk's work, in threads beside it. Started as a thread, this file validates;
// imported, it gives valid(text) -> sentences, none = good.
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'

const THREADS = 2
const rules = {
  'doctype-style': 'off', 'void-style': 'off', 'no-trailing-whitespace': 'off', 'long-title': 'off',
  'attribute-boolean-style': 'off', 'no-implicit-button-type': 'error', 'no-inline-style': 'error',
  'require-sri': 'off', 'prefer-native-element': 'off', 'tel-non-breaking': 'off', 'no-implicit-input-type': 'off',
  'form-dup-name': ['error', { shared: ['radio', 'button', 'reset', 'submit', 'checkbox'] }] }

function serve() {
  const loader = new StaticConfigLoader({ extends: ['html-validate:recommended'], rules })
  const config = loader.getConfigFor('page')       // worked out once, not for every page
  loader.getConfigFor = () => config
  const validator = new HtmlValidate(loader)
  parentPort.on('message', async ({ id, text }) => {
    try {
      const report = await validator.validateString(text)
      parentPort.postMessage({ id, said: [...new Set(report.results.flatMap((r) => r.messages).map((m) => `${m.ruleId}: ${m.message}`))] })
    } catch (e) {
      parentPort.postMessage({ id, said: [`could not be validated: ${e.message}`] })
    }
  })
}

const asked = new Map()                            // id -> what waits for the answer
let threads = [], next = 0
function start() {
  threads = Array.from({ length: THREADS }, () => new Worker(new URL(import.meta.url)))
  for (const t of threads) {
    t.on('message', ({ id, said }) => { asked.get(id)(said); asked.delete(id) })
    t.on('error', (e) => { throw e })
  }
}
export function valid(text) {
  if (!threads.length) start()
  return new Promise((answer) => {
    asked.set(next, answer)
    threads[next % THREADS].postMessage({ id: next++, text })
  })
}

if (!isMainThread) serve()
