// look: what is judged of one page in the browser. Each function runs at one width and returns sentences, empty = good.
import fs from 'node:fs'
import { createRequire } from 'node:module'

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

// The window is made as tall as the page, or axe would report whatever a sticky header happens to lie over.
export async function axe(page, width) {
  const tall = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ width, height: Math.min(Math.max(tall, 800), 9000) })
  const bad = await page.evaluate(async (values) => {
    const r = await window.axe.run(document, { runOnly: { type: 'tag', values }, preload: false, resultTypes: ['violations'] })
    return r.violations.map((v) => `${v.id} x${v.nodes.length} ${v.nodes[0].target} (${v.help})`)
  }, tags)
  return bad.map((v) => `axe ${width}px: ${v}`)
}
export const axeInto = (page) => page.evaluate(axeSource)

export async function narrow(page, width, why = '') {
  await page.setViewportSize({ width, height: 740 })
  return page.evaluate(([w, note]) => {
    const out = [], wide = document.documentElement.scrollWidth
    if (wide > w) {
      const first = [...document.querySelectorAll('body *')].find((e) => e.getBoundingClientRect().right > w + 1)
      out.push(`scrolls sideways at ${w}px${note}: ${wide} wide, by ${first?.tagName}.${first?.className}`)
    }
    // A limit on contact is read without scrolling sideways, even inside a region that scrolls.
    for (const e of document.querySelectorAll('[data-safety]')) {
      const r = e.getBoundingClientRect()
      let off = r.width === 0 || r.left < 0 || r.right > w
      for (let a = e.parentElement; a && !off; a = a.parentElement)
        off = getComputedStyle(a).overflowX !== 'visible' && r.right > a.getBoundingClientRect().right + 1
      if (off) out.push(`a safety sign is off the screen at ${w}px${note}`)
    }
    return out
  }, [width, why])
}

// WCAG 1.4.12: wider letters, words and lines clip nothing. The sheet is adopted, so the page's own policy stands.
export function spacing(page) {
  return page.evaluate(() => {
    const sheet = new CSSStyleSheet(), before = document.adoptedStyleSheets
    sheet.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}' +
      'p{margin-bottom:2em!important}')
    document.adoptedStyleSheets = [sheet]
    const says = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
    const cut = [...document.querySelectorAll('main *')].filter((e) => e.getClientRects().length && says(e) &&
      e.clientWidth > 1 &&
      !e.closest('.skip,input,textarea,select,svg') && /hidden|clip/.test(getComputedStyle(e).overflow) &&
      (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
    const wide = document.documentElement.scrollWidth > innerWidth
    document.adoptedStyleSheets = before
    return [...cut.slice(0, 2).map((e) => `text spacing clips ${e.tagName}.${e.className}`),
      ...(wide ? [`text spacing makes the page scroll sideways at ${innerWidth}px`] : [])]
  })
}

// Welsh runs longer than English, and not every sentence is in Welsh yet: each one is made a third longer.
export function longer(page) {
  return page.evaluate(() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let n = walk.nextNode(); n; n = walk.nextNode())
      if (n.data.trim() && !n.parentElement.closest('svg,script,[translate=no]'))
        n.data = n.data.replace(/[A-Za-z]{4,}/g, (w) => w + 'yddiaethau'.slice(0, Math.ceil(w.length / 3)))
    if (document.documentElement.scrollWidth <= innerWidth) return []
    const first = [...document.querySelectorAll('body *')].find((e) => e.getBoundingClientRect().right > innerWidth + 1)
    return [`words a third longer make the page scroll sideways at ${innerWidth}px, by ${first?.tagName}.${first?.className}`]
  })
}

export function targets(page) {
  return page.evaluate(() => {
    const out = []
    for (const e of document.querySelectorAll('button,.go,.btn')) {
      const r = e.getBoundingClientRect()
      if (e.offsetParent && r.height < (e.matches('.link') ? 24 : 36))
        out.push(`button "${e.textContent.trim()}" is ${Math.round(r.height)}px high`)
    }
    for (const e of document.querySelectorAll('[tabindex]')) if (e.tabIndex > 0) out.push('tabindex above 0')
    for (const f of document.forms)
      if (!f.querySelector('button:not([type=button]),input[type=submit]')) out.push('a form with nothing to press')
    const heads = document.querySelectorAll('h1').length
    if (heads !== 1) out.push(`${heads} main headings`)
    return out.slice(0, 4)
  })
}

// Every control is reached by Tab in the order of the page, is seen to be reached, and is not under something else.
export async function keyboard(page, most = 45) {
  await page.setViewportSize({ width: 360, height: 740 })
  const want = await page.evaluate(() => {
    window.scrollTo(0, 0)
    document.activeElement?.blur?.()
    // One group of radio buttons is one stop.
    const groups = new Set()
    const all = [...document.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]')]
    const stops = all.filter((e) => {
      if (e.disabled || e.type === 'hidden') return false
      if (!e.matches('.skip') && !e.checkVisibility()) return false
      if (e.type !== 'radio') return true
      const fresh = !groups.has(e.name)
      groups.add(e.name)
      return fresh
    })
    stops.forEach((e, i) => { e.waymarkStop = i })
    return stops.length
  })
  const n = Math.min(want, most), out = new Set()
  for (let i = 0; i < n; i++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      // WCAG 2.4.11: covered means that no part of it can be seen. A link over two lines has a box a line.
      const e = document.activeElement, s = getComputedStyle(e)
      const points = [...e.getClientRects()].flatMap((r) => [0.1, 0.5, 0.9].flatMap((x) =>
        [0.25, 0.75].map((y) => [r.left + r.width * x, r.top + r.height * y])))
      const seen = points.map(([x, y]) => document.elementFromPoint(x, y))
      const shown = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none'
      const label = e.closest('label')
      const lit = shown || (label && getComputedStyle(label).outlineStyle !== 'none')
      // Inside one drawing, a link's own middle may be another shape's.
      const mine = (on) => !on || on === e || e.contains(on) || on.contains(e) || Boolean(on.closest('label')) ||
        (e.closest('svg') && on.closest('svg') === e.closest('svg'))
      return { stop: e.type === 'radio' ? null : e.waymarkStop, name: e.textContent.trim().slice(0, 30) || e.name || e.tagName,
        lit: Boolean(lit), free: seen.length === 0 || seen.some(mine) }
    })
    if (at.stop !== null && at.stop !== i) {
      out.add(`keyboard: stop ${i + 1} should be reached in the page's order, but "${at.name}" was`)
      break
    }
    if (!at.lit) out.add(`keyboard: focus cannot be seen on "${at.name}"`)
    if (!at.free) out.add(`keyboard: focus is covered on "${at.name}"`)
  }
  return [...out].slice(0, 3)
}

// Sides of A4 the page prints on.
export async function sides(page) {
  const pdf = await page.pdf({ format: 'A4', printBackground: false })
  return (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length
}
