// crawl: finds the pages one visitor can reach: every route of theirs without a {part}, every link, every form that asks.
import { answers, forms, links } from './site.mjs'

const FLAG = { api: 2 }
export const ANYONE = 2147483648

// "KIND<tab>path<tab>who<tab>flags<tab>domain" lines, as `waymark routes --plain` prints them.
export function readRoutes(text) {
  return text.trim().split('\n').map((line) => {
    const [kind, path, who, flags, domain] = line.split('\t')
    const like = path.split(/\{[^}]+\}/).map((s) => s.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('[^/]+')
    return { kind, path, who: Number(who), flags: Number(flags), domain, like: new RegExp(`^${like}$`),
      parts: (path.match(/\{/g) ?? []).length, api: (Number(flags) & FLAG.api) !== 0 }
  })
}

// The route that answers: fixed words win over {parts}, as in the program.
export function routeOf(routes, kind, path) {
  return routes.filter((r) => r.kind === kind && r.like.test(path)).sort((a, b) => a.parts - b.parts)[0]
}

const never = /^\/(sign-out|exit|asset\/|sign-in\/persona)/
const harmless = /^\/(sign-out|sign-in|draft|me\/)/   // forms whose empty answer would end the walk's own session

export class Crawl {
  constructor(visitor, routes, found) {
    Object.assign(this, { visitor, routes, found, queue: [], met: new Set(), many: new Map(), pages: [] })
  }

  // At most `limit` pages of one kind: the walk looks for kinds of page, not for every row.
  room(key, limit) {
    const n = this.many.get(key) ?? 0
    this.many.set(key, n + 1)
    return n < limit
  }

  // Pages open to anyone are walked in full by the public; somebody signed in looks at one of each.
  share(route) {
    if (route?.who === ANYONE && this.visitor.name !== 'the public') return 1
    if (this.visitor.name === 'the public') return route?.parts ? 8 : 4
    return route?.parts ? 3 : 2
  }

  add(href, from) {
    if (href.startsWith('#')) return
    const url = new URL(href.split('#')[0], new URL(from, this.visitor.base))
    if (url.origin !== this.visitor.base || never.test(url.pathname) || url.searchParams.has('lang')) return
    const path = url.pathname + url.search
    if (this.met.has(path)) return
    this.met.add(path)
    const route = routeOf(this.routes, 'READ', url.pathname)
    const asked = [...url.searchParams.keys()].sort().join(',')
    if (this.room(`${route?.path} ${asked}`, this.share(route))) this.queue.push({ path, from, route })
  }

  async all(limit = 400) {
    this.add('/', '/')
    for (const r of this.routes)
      if (r.kind === 'READ' && !r.parts && !r.api && (r.who === ANYONE || this.visitor.name !== 'the public'))
        this.tryRoute(r)
    for (let n = 0; this.queue.length && n < limit; n++) await this.visit(this.queue.shift())
    return this.pages
  }

  // A route tried without a link may be closed to this visitor; a link that leads nowhere is a fault.
  tryRoute(route) {
    if (never.test(route.path) || this.met.has(route.path)) return
    this.met.add(route.path)
    this.queue.push({ path: route.path, from: '', route })
  }

  async visit(item) {
    const reply = await this.visitor.ask(item.path, item.fields)
    const page = { ...item, reply, who: this.visitor.name, visitor: this.visitor }
    const open = item.from !== '' || item.route?.who === ANYONE
    if (reply.status >= 300 && reply.status < 400) {
      const to = new URL(reply.headers.location, this.visitor.base)
      if (to.origin !== this.visitor.base || to.pathname.startsWith('/sign-in')) return
      this.found(page)   // a page that leads on was reached
      this.add(to.pathname + to.search, item.path)
      return
    }
    page.expected = item.fields ? reply.status < 500 && reply.status !== 404 : reply.status === 200 ||
      (!open && [400, 401, 403, 404].includes(reply.status))
    this.found(page)
    if (!reply.html || (!open && reply.status !== 200)) return
    this.pages.push(page)
    for (const href of links(reply.text)) this.add(href, item.path)
    if ((item.depth ?? 0) < 12) for (const form of forms(reply.text, item.path)) this.form(form, page)
    // A page of long work asks again by itself: what it leads to is known when the work has ended.
    const soon = Number(reply.headers.refresh ?? 0), again = item.again ?? 0
    if (!soon || again === 20) return
    await new Promise((done) => setTimeout(done, 1000 * soon))
    await this.visit({ ...item, again: again + 1 })
  }

  form(form, page) {
    const { pathname } = new URL(form.action, new URL(page.path, this.visitor.base))
    if (form.method === 'get') {
      if (this.room(`get ${pathname}`, 1))
        this.add(`${pathname}?${new URLSearchParams(answers(form, 'sample'))}`, page.path)
      return
    }
    const ask = routeOf(this.routes, 'ASK', pathname), write = ask ? null : routeOf(this.routes, 'WRITE', pathname)
    const typed = form.fields.some((f) => /^(text|textarea|date|number|search|email|tel|url|select)$/.test(f.type))
    if (form.multipart || (write && (harmless.test(pathname) || !typed)) || (!ask && !write)) return
    const hows = ask && this.share(ask) === 1 ? ['sample'] : ask ? ['sample', 'empty', 'odd'] : ['empty', 'odd']
    for (const how of hows) {
      const shape = form.fields.map((f) => f.name).join(',')
      if (!this.room(`${how} ${(ask ?? write).path} ${shape}`, 1)) continue
      if (!this.room(`${how} ${(ask ?? write).path}`, how === 'sample' ? 3 * this.share(ask) : 3)) continue
      this.queue.push({ path: pathname, from: page.path, route: ask ?? write, fields: answers(form, how), how,
        depth: (page.depth ?? 0) + 1 })
    }
  }
}
