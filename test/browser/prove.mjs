// prove: a page with one fault of each kind. Every judge of look.mjs must say so, or the walk could not fail.
import http from 'node:http'
import * as look from './look.mjs'
import { valid } from './validate.mjs'

const good = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>a:focus,button:focus{outline:3px solid #000}
button{min-height:44px}body{overflow-wrap:anywhere}</style></head><body><main><h1>Good</h1><p>Words on a page.</p>
<p><a href="/">A way on</a></p><form method="post"><button type="submit">Go</button></form></main></body></html>`
const faults = {
  axe: ['<img src="data:,">', (tab) => look.axeInto(tab).then(() => look.axe(tab, 360))],
  wide: ['<p style="width:700px">Too wide</p>', (tab) => look.narrow(tab, 320)],
  safety: ['<div style="overflow-x:auto;width:200px"><span style="margin-left:400px" data-safety>In person only</span></div>',
    (tab) => look.narrow(tab, 320)],
  spacing: ['<p style="width:9em;height:1.3em;overflow:hidden;white-space:nowrap">Words that fit</p>', look.spacing],
  longer: ['<p style="white-space:nowrap;width:10px">Words that only just about fit here</p>', look.longer],
  target: ['<button type="button" style="height:12px;min-height:0">x</button>', look.targets],
  heading: ['<h1>Another</h1>', look.targets],
  order: ['<a href="/" tabindex="3">First by force</a>', (tab) => look.keyboard(tab)],
  focus: ['<a href="/" style="outline:none">Unseen</a>', (tab) => look.keyboard(tab)],
  covered: ['<div style="position:fixed;inset:0;background:#fff"></div>', (tab) => look.keyboard(tab)],
}

export async function prove(browser, check) {
  let page = good
  const server = http.createServer((rq, rs) => { rs.setHeader('content-type', 'text/html'); rs.end(page) })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const tab = await browser.newPage({ viewport: { width: 360, height: 740 } })
  const at = async (html) => { page = html; await tab.goto(`http://127.0.0.1:${server.address().port}/`) }
  for (const [name, [fault, judge]] of Object.entries(faults)) {
    await at(good)
    const before = await judge(tab)
    check(before.length === 0, `the judge of ${name} finds fault with a good page: ${before[0]}`)
    await at(good.replace('</main>', `${fault}</main>`))
    await tab.setViewportSize({ width: 360, height: 740 })
    check((await judge(tab)).length > 0, `the judge of ${name} does not see a planted fault`)
  }
  check((await valid(good)).length === 0, 'the validator finds fault with a good page')
  check((await valid(good.replace('</main>', '<p style="color:red">x</main>'))).length > 1, 'the validator does not see planted faults')
  await at(good.replace('</main>', '<div style="break-after:page">1</div>'.repeat(4) + '</main>'))
  check(await look.sides(tab) === 4, 'printed sides are miscounted')
  await tab.close()
  server.close()
}
