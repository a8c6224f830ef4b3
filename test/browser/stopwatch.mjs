// stopwatch: how long a person takes for what a script does, reckoned and not waited for: the keystroke-level model (S. Card,
// T. Moran and A. Newell, "The keystroke-level model for user performance time with interactive systems", Communications of the
// ACM 23(7), 1980, 396-410), with reading beside it (M. Brysbaert, "How many words do we read per minute?", Journal of Memory and
// Language 109, 2019: 238 words a minute, silently, English prose). The model is of somebody who knows what to press and makes no
// mistake; so each page met on the way is also read, in full where it says so, as by somebody who sees it for the first time.
// What a newcomer really takes is measured with a watch: doc/rehearsal.md.
export const SECONDS = {
  key: 0.28,       // K: the average person who types but is no typist (40 words a minute)
  point: 1.10,     // P: moving the pointer, or a thumb, to something
  button: 0.20,    // B: pressing it and letting go
  home: 0.40,      // H: the hand from keys to pointer, or back
  think: 1.35,     // M: making up one's mind, before each thing done
  word: 60 / 238,  // reading one word
  page: 1,         // R: another page; ours take less on a machine with nothing else to do, so that a busy one fails no task
}
const { key, point, button, home, think, word, page } = SECONDS

export const wordsIn = (text) => (text.match(/[\p{L}\p{N}][^\s]*/gu) ?? []).length

export function stopwatch(name, limit) {
  const steps = [], count = { clicks: 0, keys: 0, words: 0, pages: 0 }
  let person = 0, hand = 'pointer'
  const add = (what, seconds) => {
    steps.push(`${seconds.toFixed(1).padStart(5)} s  ${what}`)
    person += seconds
  }
  const reach = (where) => {
    const moved = hand === where ? 0 : home
    hand = where
    return moved
  }
  const click = () => {
    count.clicks++
    return think + reach('pointer') + point + button
  }
  const strike = (n) => {
    count.keys += n
    return reach('keys') + n * key
  }
  // A capital letter is two keys.
  const keysOf = (text) => text.length + (text.match(/\p{Lu}/gu) ?? []).length
  // What the eye meets: not what is said to screen readers alone.
  const seen = (elements) => elements.filter((e) => e.checkVisibility()).map((e) => {
    const hidden = [...e.querySelectorAll('.vh')].map((x) => x.innerText)
    return hidden.reduce((all, x) => all.replace(x, ' '), e.innerText)
  }).join(' ')
  return {
    // Reading what a locator finds.
    async read(what, of) {
      const n = wordsIn(await of.evaluateAll(seen))
      count.words += n
      add(`read ${what}: ${n} words`, n * word)
      return n
    },
    press: (what) => add(`press ${what}`, click()),                                   // something on the page
    pressed: (what) => { count.pages++; add(`press ${what}: another page`, click() + page) },
    keys: (what, n) => add(`${what}: ${n} keys`, think + strike(n)),                    // Tab, arrows, space
    entered: (what) => { count.pages++; add(`${what}: another page`, think + strike(1) + page) },
    type: (what, text) => add(`type "${text}" into ${what}`, click() + strike(keysOf(text))),
    write: (what, text) => add(`type "${text}" into ${what}`, strike(keysOf(text))),    // where the keys are already
    seconds: () => person,
    end(check) {
      const { clicks, keys, words, pages } = count, total = Math.ceil(person)
      console.log(`${name}: ${total} s of ${limit} (${clicks} clicks, ${keys} keys, ${words} words read, ${pages} pages)`)
      for (const s of steps) console.log(`  ${s}`)
      check(total <= limit, `${name} takes ${total} s, and ${limit} is the limit`)
    },
  }
}
