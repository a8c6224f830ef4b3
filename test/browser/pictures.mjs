// pictures: what the README shows, drawn from the demo place: 1280 wide, the top of the page, small.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../doc/pictures')
const limit = 150 * 1024

async function shot(tab, name, most = 900, y = 0) {
  for (let height = most; height >= 400; height -= 100) {
    await tab.setViewportSize({ width: 1280, height: height + y })
    const png = await tab.screenshot({ clip: { x: 0, y, width: 1280, height } })
    if (png.length > limit) continue
    fs.writeFileSync(path.join(folder, `${name}.png`), png)
    console.log(`${name}.png ${Math.round(png.length / 1024)} KB`)
    return
  }
}

async function as(browser, base, visitor, draw) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  if (visitor) await context.addCookies(visitor.browserCookies())
  await draw(await context.newPage())
  await context.close()
}

export async function pictures(browser, base, visitors) {
  const who = (first) => visitors.find((v) => v.name.startsWith(first))
  fs.mkdirSync(folder, { recursive: true })
  await as(browser, base, null, async (tab) => {
    await tab.goto(`${base}/`)
    await shot(tab, 'find-help')
    await tab.goto(`${base}/find`)
    await tab.locator('main form input[name=place]').first().fill('Northquay').catch(() => {})
    await tab.fill('#age', '34')
    await tab.locator('main input[name=status]').nth(1).check()
    await Promise.all([tab.waitForLoadState('load'), tab.locator('main form button.go').first().click()])
    if (await tab.locator('a[href^="/help/services/"]').count()) {
      const list = await tab.locator('ol.rows').boundingBox()
      await shot(tab, 'results', 900, Math.round(list.y - 20))
    }
  })
  await as(browser, base, who('Amina'), async (tab) => {
    await tab.goto(`${base}/people`)
    await shot(tab, 'people')
  })
  await as(browser, base, who('Edie'), async (tab) => {
    await tab.goto(`${base}/directory`)
    await shot(tab, 'directory')
  })
  await as(browser, base, who('Frank'), async (tab) => {
    if ((await tab.goto(`${base}/coverage`)).status() === 200) await shot(tab, 'gaps', 1000)
  })
}
