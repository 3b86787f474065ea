// SPDX-License-Identifier: MIT

// Writes data/plurals.txt, what Intl.PluralRules of Node.js says:
//     node tests/i18n/plurals.mjs >tests/i18n/data/plurals.txt
//
// A line has the numbers; then each two lines a kind with the languages, and the forms that numbers take in them: the
// first letter of a form (m: many, o: other, z, 1, 2, f), and how many numbers in a row have it.

const numbers = []
for (let i = 0; i <= 200; i++) {
  numbers.push(i)
}
for (let i = 0; i <= 60; i++) {
  numbers.push(i / 10)
}
numbers.push(0.01, 0.02, 0.03, 0.05, 0.11, 0.12, 0.21, 0.25, 0.101, 0.111, 0.999, 1.01, 1.02, 1.11, 1.21, 1.25, 2.21, 5.31,
  10.1, 10.5, 11.1, 12.25, 16.1, 20.01, 21.1, 21.5, 100.1, 101.1, 1000.5, 0.0001, 0.0004, 0.0005, 0.9994, 0.9995, 1.0005,
  1.9999, 99.9996)
for (const i of [300, 400, 999, 1e3, 2e3, 1e4, 1e5, 1e6, 1e9, 1e12, 1e15]) {
  numbers.push(i)
  if (i >= 1e3) {
    numbers.push(i + 1, i + 2, i + 5, i + 8, i + 11, i + 100)
  }
}
// From 1e18 on ICU looks at the last 18 digits alone, and takes 1e18 for 0.
numbers.push(12e3, 2e4, 3e4, 6e4, 80800, 3e6, 1.1e6, 3.1e6, 1e17, -1, -2, -1.5, -21)

const letters = { zero: 'z', one: '1', two: '2', few: 'f', many: 'm', other: 'o' }

function formsOf(locale, type) {
  const rules = new Intl.PluralRules(locale, { type })
  let text = ''
  let last = ''
  let count = 0
  const flush = () => {
    if (count) {
      text += last + (count > 1 ? count : '') + ' '
    }
  }
  for (const number of numbers) {
    const letter = letters[rules.select(number)]
    if (letter !== last) {
      flush()
      last = letter
      count = 0
    }
    count++
  }
  flush()
  return text.trim()
}

const all = []
const alphabet = 'abcdefghijklmnopqrstuvwxyz'
for (const a of alphabet) {
  for (const b of alphabet) {
    all.push(a + b, ...[...alphabet].map(c => a + b + c))
  }
}
const languages = Intl.PluralRules.supportedLocalesOf(all).concat('pt-PT', 'pt-BR', 'zh-Hant', 'en-GB', 'sr-Latn').sort()

console.log(`# Node.js ${process.versions.node}, CLDR ${process.versions.cldr}`)
console.log(numbers.join(' '))
for (const type of ['cardinal', 'ordinal']) {
  const groups = new Map()
  for (const language of languages) {
    const forms = formsOf(language, type)
    groups.set(forms, [...(groups.get(forms) ?? []), language])
  }
  for (const [forms, names] of groups) {
    console.log(`${type} ${names.join(' ')}`)
    console.log(forms)
  }
}
