// entrances: doors that a person opens for somebody before anybody can walk through them: a link shown once, a guest at the screen,
// a record opened in an emergency. Each is made here as staff make it, through the pages, and then found by the walk.
import { forms, links } from './site.mjs'

const field = (form, name) => form.fields.some((f) => f.name === name)

// Sends one form of a page: what it holds already, and `given` ([[name, value]...]). Returns the reply, after one redirect.
async function send(visitor, path, like, given, show) {
  const page = await show(visitor, path)
  const form = forms(page.text, path).find((f) => like(f))
  if (!form) throw new Error(`${path} has no such form`)
  const named = new Set(given.map(([n]) => n))
  const kept = form.fields.filter((f) => f.type === 'hidden' && !named.has(f.name)).map((f) => [f.name, f.at.value ?? ''])
  const reply = await visitor.ask(form.action, [...kept, ...given])
  if (reply.status < 300 || reply.status >= 400) return reply
  return show(visitor, new URL(reply.headers.location, visitor.base).pathname)
}

// What a page that shows a link once says: "http://host/plan/abc" -> "/plan/abc".
function shown(reply, start) {
  const m = reply.text.match(new RegExp(`${start}[A-Za-z0-9_.~-]+`))
  if (!m) throw new Error(`no ${start}... is shown (${reply.status})`)
  return m[0]
}
const idOf = (html, like) => links(html).map((h) => h.match(like)?.[0]).find(Boolean)
const person = /^\/people\/[0-9a-f-]{36}(?=$|\/)/

// What a page of each person the worker supports leads to.
async function* below(w, part, like) {
  for (const path of w.people)
    for (const href of new Set(links((await w.worker.ask(path + part)).text))) if (like.test(href)) yield href
}

// A picture of a receipt as a telephone sends it; the smallest that says what it is.
const receipt = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de' +
  '0000000c4944415478da63f8ffff3f0005fe02fea7356d1c0000000049454e44ae426082', 'hex')

export const doors = {
  async 'a calendar of one’s own'(w) {
    const reply = await send(w.worker, '/calendar', (f) => f.method === 'post', [['do', 'make'], ['press', 'yes']], w.show)
    await w.show(w.nobody, shown(reply, '/calendar/'))
  },
  async 'the plan, by a link given in the room'(w) {
    const reply = await send(w.worker, `${w.person}/plan`, (f) => f.action.endsWith('/plan/link'),
      [['offered', 'face_to_face']], w.show)
    await w.show(w.nobody, shown(reply, '/plan/'))
  },
  async 'a partner’s way in, and a card'(w) {
    const list = await w.show(w.lead, '/referrals/partners')
    const partner = idOf(list.text, /^\/referrals\/partners\/[0-9a-f-]{36}/)
    for (const what of ['link', 'card'])
      await send(w.lead, partner, (f) => f.fields.some((x) => x.at.value === what), [['do', what]], w.show)
    const page = await w.show(w.lead, partner)
    for (const start of ['/refer/with/', '/handed/', '/refer/form/']) await w.show(w.nobody, shown(page, start))
  },
  async 'a guest in the room'(w) {
    await send(w.worker, `${w.person}/guest`, (f) => field(f, 'guest'),
      [['guest', 'Pat Fennel, Advice on Sea'], ['class', '1'], ['class', 'plan'], ['class', 'identity'], ['here', 'yes']], w.show)
  },
  async 'somebody who speaks for a person'(w) {
    await send(w.worker, `${w.person}/agreement/representative`, (f) => field(f, 'scope'), [['name', 'Sal Harbour'],
      ['kind', w.kind], ['scope', 'Letters about the home'], ['evidence', 'Said so in the room'], ['may_see', 'yes'],
      ['may_speak', 'yes'], ['may_sign', 'no'], ['from_day', '1/11/2026']], w.show)
    const page = await w.show(w.worker, `${w.person}/agreement`)
    await w.show(w.worker, idOf(page.text, /^\/people\/[0-9a-f-]{36}\/agreement\/representative\/[0-9a-f-]+/))
  },
  async 'a record opened in an emergency'(w) {
    const page = await w.show(w.worker, `${w.person}/permission`)
    const reference = page.text.match(/<code[^>]*>([^<]+)<\/code>/)[1]
    const form = await w.show(w.other, '/emergency')
    const reason = forms(form.text, '/emergency').flatMap((f) => f.fields).find((f) => f.name === 'reason').at.value
    await send(w.other, '/emergency', (f) => field(f, 'sentence'), [['reference', reference], ['reason', reason],
      ['sentence', 'She rang and said she was not safe tonight']], w.show)
    const waiting = await w.show(w.manager, '/oversight')
    await w.show(w.manager, idOf(waiting.text, /^\/oversight\/[0-9a-f-]+/))
  },
  async 'a receipt'(w) {
    for await (const path of below(w, '/money', /^\/people\/[0-9a-f-]{36}\/money\/[0-9a-f-]{36}$/)) {
      const form = forms((await w.worker.ask(path)).text, path).find((f) => f.multipart)
      if (!form) continue
      await w.worker.give(form.action, form.fields.filter((f) => f.type === 'hidden').map((f) => [f.name, f.at.value ?? '']),
        'file', 'receipt.png', receipt)
      const kept = await w.show(w.worker, path)
      return w.show(w.worker, idOf(kept.text, /^\/people\/[0-9a-f-]{36}\/money\/receipt\/[0-9a-f-]+/))
    }
    throw new Error('no spend of the demo waits for its receipt')
  },
  async 'a letter back to whoever referred'(w) {
    for await (const leg of below(w, '/referrals', /^\/referrals\/[0-9a-f-]{36}$/)) {
      const letter = idOf((await w.worker.ask(leg)).text, /^\/referrals\/[0-9a-f-]{36}\/letter/)
      if (letter) return w.show(w.worker, letter)
    }
    throw new Error('no referral of the demo may be answered by a letter')
  },
  async 'a support group, and whom to ask'(w) {
    await send(w.worker, `${w.person}/groups`, (f) => field(f, 'name'), [['name', 'The early birds']], w.show)
    const page = await w.show(w.worker, `${w.person}/groups`)
    const group = idOf(page.text, /^\/groups\/[0-9a-f-]{36}/)
    const form = forms((await w.show(w.worker, group)).text, group).find((f) => field(f, 'search'))
    const kept = form.fields.filter((f) => f.type === 'hidden').map((f) => [f.name, f.at.value ?? ''])
    await w.show(w.worker, group, [...kept, ['search', 'an']])
  },
  async 'a form filled from what is known, to sign'(w) {
    for await (const path of below(w, '/programmes', /^\/people\/[0-9a-f-]{36}\/programmes\/[0-9a-f-]{36}$/)) {
      const sign = idOf((await w.worker.ask(path)).text, /^\/people\/[0-9a-f-]{36}\/programmes\/[0-9a-f-]{36}\/sign\?.*/)
      if (sign) return w.show(w.worker, sign)
    }
    throw new Error('nobody of the demo has a form to sign')
  },
  async 'a talk with a worker one leads'(w) {
    for (const path of new Set(links((await w.show(w.lead, '/team')).text)))
      if (/^\/team\/[0-9a-f-]{36}$/.test(path)) {
        const talk = idOf((await w.show(w.lead, path)).text, /^\/team\/[0-9a-f-]{36}\/supervision/)
        if (talk) return w.show(w.lead, talk)
      }
    throw new Error('the lead of the demo supervises nobody')
  },
  async 'what a funder is sent'(w) {
    for (const path of new Set(links((await w.show(w.manager, '/programmes')).text)))
      if (/^\/programmes\/(?!tables)[a-z0-9_]+$/.test(path)) {
        const sent = idOf((await w.show(w.manager, path)).text, /^\/programmes\/[^/]+\/return\/.+/)
        if (sent) return w.show(w.manager, sent)
      }
    throw new Error('no funder of the demo is sent anything')
  },
  async 'questions somebody answers alone'(w) {
    const reply = await send(w.worker, `${w.person}/programmes`, (f) => f.action.endsWith('/programmes/equality'),
      [['how', 'link']], w.show)
    await w.show(w.nobody, shown(reply, '/for-you/'))
  },
  async 'a program that calls, and is told'(w) {
    const page = await w.show(w.manager, '/accounts/tokens')
    const value = (name) => page.text.match(new RegExp(`name="${name}"[\\s\\S]*?value="([^"]+)"`))[1]
    await send(w.manager, '/accounts/tokens', (f) => field(f, 'scope'), [['name', 'The count at the door'],
      ['team', value('team')], ['role', value('role')], ['scope', value('scope')], ['last', value('last')]], w.show)
    const form = await w.show(w.manager, '/hooks')
    const first = (name) => form.text.match(new RegExp(`name="${name}"[\\s\\S]*?value="([^"]+)"`))[1]
    await send(w.manager, '/hooks', (f) => field(f, 'url'), [['program', first('program')], ['kind', first('kind')],
      ['url', 'https://count.example.org/told']], w.show)
    await w.show(w.manager, idOf((await w.show(w.manager, '/hooks')).text, /^\/hooks\/[0-9a-f-]{36}/))
  },
}

// Who opens them: a worker, another of the same organisation, their lead and manager; and a person the worker supports.
export async function cast(everyone, show) {
  const one = (name) => everyone.find((v) => v.name.startsWith(name))
  const w = { show, nobody: everyone[0], worker: one('Amina'), other: one('Joe') ?? one('Safi'), lead: one('Rhian'),
    manager: one('Colin') }
  const people = async (path) =>
    [...new Set(links((await show(w.worker, path)).text).map((h) => h.match(person)?.[0]).filter(Boolean))]
  // Nobody whom the timed tasks meet on Today: what is opened here would stand on their page.
  const today = await people('/today')
  w.people = [...new Set([...await people('/people'), ...await people('/caseload')])]
  for (const path of w.people)
    if (!today.includes(path) && (await w.worker.ask(`${path}/plan`)).text.includes('/plan/link')) {
      w.person = path
      break
    }
  const form = await show(w.worker, `${w.person}/agreement/representative`)
  w.kind = form.text.match(/name="kind"[\s\S]*?<option value="([a-z_]+)"/)?.[1] ??
    form.text.match(/name="kind"[^>]*value="([a-z_]+)"/)?.[1]
  return w
}
