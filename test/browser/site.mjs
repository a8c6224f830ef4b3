// site: one visitor of the site over plain HTTP, with their cookies; and what forms and links a page of ours holds.
// The pages are our own and well formed (html-validate says so of every one), so reading them by pattern is enough.
import http from 'node:http'
import zlib from 'node:zlib'

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
const wait = (ms) => new Promise((done) => setTimeout(done, ms))

export class Visitor {
  constructor(base, name) {
    this.base = base
    this.name = name
    this.cookies = new Map()
  }

  // One request. `fields`: [[name, value]...] for a POST. Returns status, headers, text and the bytes on the wire.
  ask(path, fields, accept = 'text/html') {
    return this.send(path, fields && new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded', accept)
  }

  // A form with a file.
  give(path, fields, name, fileName, bytes) {
    const edge = `walk${Math.random()}`
    const part = (head, body) => Buffer.concat([Buffer.from(`--${edge}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(body), Buffer.from('\r\n')])
    const parts = fields.map(([n, v]) => part(`name="${n}"`, v))
    parts.push(part(`name="${name}"; filename="${fileName}"`, bytes), Buffer.from(`--${edge}--\r\n`))
    return this.send(path, Buffer.concat(parts), `multipart/form-data; boundary=${edge}`, 'text/html')
  }

  async send(path, body, type, accept, tries = 5) {
    const url = new URL(path, this.base)
    const headers = { accept, 'accept-encoding': 'gzip' }
    if (this.cookies.size) headers.cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
    if (body !== undefined) {
      headers['content-type'] = type
      headers['content-length'] = Buffer.byteLength(body)
    }
    const reply = await new Promise((done, fail) => {
      const rq = http.request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent }, (rs) => {
        const parts = []
        rs.on('data', (b) => parts.push(b))
        rs.on('end', () => done({ status: rs.statusCode, headers: rs.headers, raw: Buffer.concat(parts) }))
        rs.on('error', fail)
      })
      rq.setTimeout(20000, () => rq.destroy(new Error(`no answer from ${path}`)))
      rq.on('error', fail)
      rq.end(body)
    })
    // The front's limit for one address is real; a walk is faster than any person, so it waits its turn.
    if ((reply.status === 429 || reply.status === 503) && tries > 0) {
      await wait(1000 * Number(reply.headers['retry-after'] || 1))
      return this.send(path, body, type, accept, tries - 1)
    }
    for (const line of reply.headers['set-cookie'] ?? []) this.keep(line)
    reply.bytes = reply.raw.length
    reply.gzip = reply.headers['content-encoding'] === 'gzip'
    reply.text = (reply.gzip ? zlib.gunzipSync(reply.raw) : reply.raw).toString('utf8')
    reply.html = /^text\/html/.test(reply.headers['content-type'] ?? '')
    return reply
  }

  keep(line) {
    const [pair] = line.split(';'), at = pair.indexOf('=')
    if (/Max-Age=0/.test(line)) this.cookies.delete(pair.slice(0, at))
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }

  browserCookies() {
    return [...this.cookies].map(([name, value]) => ({ name, value, url: this.base }))
  }
}

const plain = (s) => s.replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>')
  .replace(/&amp;/g, '&')

export function attributes(tag) {
  const out = {}
  for (const m of tag.matchAll(/\s([a-z][a-z0-9-]*)(?:="([^"]*)")?/gi)) out[m[1].toLowerCase()] = plain(m[2] ?? '')
  return out
}

export const links = (html) => [...html.matchAll(/<a\s[^>]*>/g)].map((m) => attributes(m[0]).href).filter(Boolean)

// The forms of a page: [{method, action, multipart, fields: [{name, type, value, options}], buttons}].
export function forms(html, path) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, inside]) => {
    const a = attributes(head), fields = [], buttons = []
    for (const m of inside.matchAll(/<(input|select|textarea|button)\b([^>]*)>([\s\S]*?(?=<\/\1>))?/g)) {
      const at = attributes(m[2])
      if (m[1] === 'button') buttons.push(at)
      else if (at.name && !('disabled' in at))
        fields.push({ name: at.name, type: m[1] === 'input' ? at.type ?? 'text' : m[1], at, inside: m[3] ?? '' })
    }
    return { method: (a.method ?? 'get').toLowerCase(), action: a.action || path, fields, buttons,
      multipart: a.enctype === 'multipart/form-data' }
  })
}

const words = [[/post|place|where|area|town/, 'Northquay', 'Nowhere At All'], [/age/, '34', '999'],
  [/date|day|from|until|born|birth/, '2026-03-02', '31 June'], [/url|web/, 'https://help.example', 'not an address'],
  [/mail/, 'someone@help.example', 'no at sign'], [/phone|number/, '01632 960001', 'abc'],
  [/search|name/, 'a', 'zzqxv'], [/.*/, 'childcare', 'zzqxv']]

// Answers to a form. how: 'sample' (as a person might), 'empty' (nothing filled in), 'odd' (what cannot be right).
export function answers(form, how) {
  const out = [], radios = new Set(), boxes = new Set()
  for (const f of form.fields) {
    const { name, type, at } = f
    if (type === 'hidden') out.push([name, at.value ?? ''])
    else if (/^(file|submit|button|reset|image)$/.test(type)) continue
    else if (type === 'radio') {
      if (how === 'sample' && at.value && !radios.has(name)) radios.add(name) && out.push([name, at.value])
    } else if (type === 'checkbox') {
      if (how === 'sample' && !boxes.has(name)) boxes.add(name) && out.push([name, at.value ?? 'on'])
    } else if (type === 'select') {
      const all = [...f.inside.matchAll(/<option\b([^>]*)>/g)].map((m) => attributes(m[1]))
      const real = all.filter((o) => o.value)
      if (how === 'sample' && real.length) out.push([name, real[0].value])
      else out.push([name, how === 'odd' && all.length ? 'no-such-choice' : ''])
    } else {
      const row = words.find(([like]) => like.test(name))
      out.push([name, how === 'empty' ? '' : how === 'odd' ? row[2] : at.value || row[1]])
    }
  }
  const button = form.buttons.find((b) => b.name)
  if (button && !form.buttons.some((b) => !b.name)) out.push([button.name, button.value ?? ''])
  return out
}

// Whom the demo lets a visitor sign in as: [{field, id, name}].
export async function personas(visitor) {
  const page = await visitor.ask('/sign-in')
  return [...page.text.matchAll(/name="(persona|resident)" value="(\d+)">\s*<button[^>]*aria-label="Sign in as ([^"]+)"/g)]
    .map(([, field, id, who]) => ({ field, id, name: who }))
}

export async function signIn(base, persona) {
  const visitor = new Visitor(base, persona.name)
  const page = await visitor.ask('/sign-in')
  const form = forms(page.text, '/sign-in').find((f) => f.fields.some((x) => x.name === persona.field &&
    x.at.value === persona.id))
  const reply = await visitor.ask('/sign-in/persona', form.fields.map((f) => [f.name, f.at.value]))
  if (reply.status !== 303 || !visitor.cookies.size) throw new Error(`signing in as ${persona.name} answers ${reply.status}`)
  return visitor
}
