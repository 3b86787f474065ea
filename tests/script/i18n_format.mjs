// SPDX-License-Identifier: MIT

// The module @nanostores/i18n: numbers and dates. All of this holds for the package of npm as well: `.ci/run upstream`
// runs it there. Spaces that do not break count as others, since they differ between versions of the CLDR.

import { formatter } from "@nanostores/i18n"
import { atom } from "nanostores"
import { same, throws } from "./lib/queries.mjs"

function plain(text) {
  return text.replace(/[\u00a0\u202f\u2009]/g, ' ').replace(/[\u200e\u200f\u061c]/g, '')
}

const of = {}
function formatOf(locale) {
  if (!of[locale]) of[locale] = formatter(atom(locale)).get()
  return of[locale]
}

/// [locale, number, options, text]
function numbers(rows) {
  rows.forEach(row => {
    same([row[0], row[1], row[2], plain(formatOf(row[0]).number(row[1], row[2]))], row)
  })
}

function times(rows) {
  const moment = new Date(Date.UTC(2024, 1, 5, 15, 4, 9, 78))
  rows.forEach(row => {
    const options = Object.assign({ timeZone: 'UTC' }, row[1])
    same([row[0], row[1], plain(formatOf(row[0]).time(moment, options))], row)
  })
}

export function format_followsTheLocale() {
  const locale = atom('en')
  const format = formatter(locale)
  const events = []
  format.subscribe(f => events.push(f.number(1234.5)))
  locale.set('de')
  same(events, ['1,234.5', '1.234,5'])
}

export function number_isOfItsLocale() {
  numbers([
    ['en', 0, undefined, '0'],
    ['en', 1234567.8912, undefined, '1,234,567.891'],
    ['en', -1234.5, undefined, '-1,234.5'],
    ['en', 0.0005, undefined, '0.001'],
    ['en', 1e21, undefined, '1,000,000,000,000,000,000,000'],
    ['en', Infinity, undefined, '∞'],
    ['en', -Infinity, undefined, '-∞'],
    ['en', NaN, undefined, 'NaN'],
    ['de', 1234567.8912, undefined, '1.234.567,891'],
    ['fr', 1234567.8912, undefined, '1 234 567,891'],
    ['ru', 10000, undefined, '10 000'],
    ['es', 1234, undefined, '1234'],
    ['es', 12345, undefined, '12.345'],
    ['hi', 1234567, undefined, '12,34,567']
  ])
}

export function number_hasTheDigitsThatAreAskedFor() {
  numbers([
    ['en', 1.005, { maximumFractionDigits: 2 }, '1.01'],
    ['en', 2.5, { maximumFractionDigits: 0 }, '3'],
    ['en', 9.999, { maximumFractionDigits: 2 }, '10'],
    ['en', 9.999, { maximumFractionDigits: 2, minimumFractionDigits: 2 }, '10.00'],
    ['en', 5, { minimumFractionDigits: 4 }, '5.0000'],
    ['en', 7, { minimumIntegerDigits: 2 }, '07'],
    ['en', 7, { minimumIntegerDigits: 5 }, '00,007'],
    ['en', 123456, { maximumSignificantDigits: 3 }, '123,000'],
    ['en', 0.00123456, { maximumSignificantDigits: 3 }, '0.00123'],
    ['en', 1.5, { minimumSignificantDigits: 4 }, '1.500'],
    ['en', 0, { minimumSignificantDigits: 2 }, '0.0'],
    ['en', 999.6, { maximumSignificantDigits: 3 }, '1,000'],
    ['en', 123456, { useGrouping: false }, '123456'],
    ['en', 1234, { useGrouping: 'min2' }, '1234'],
    ['en', 5, { signDisplay: 'always' }, '+5'],
    ['en', 0, { signDisplay: 'exceptZero' }, '0'],
    ['en', -5, { signDisplay: 'never' }, '5'],
    ['en', -0.0001, {}, '-0'],
    ['en', -0.0001, { signDisplay: 'negative' }, '0']
  ])
}

export function number_hasPercentAndCurrency() {
  numbers([
    ['en', 0.256, { style: 'percent' }, '26%'],
    ['en', 0.256, { style: 'percent', maximumFractionDigits: 1 }, '25.6%'],
    ['de', 0.256, { style: 'percent' }, '26 %'],
    ['en', 1234.5, { style: 'currency', currency: 'USD' }, '$1,234.50'],
    ['en', -5, { style: 'currency', currency: 'USD' }, '-$5.00'],
    ['en', 5, { style: 'currency', currency: 'EUR' }, '€5.00'],
    ['en', 5, { style: 'currency', currency: 'JPY', currencyDisplay: 'code' }, 'JPY 5'],
    ['en', 5, { style: 'currency', currency: 'CHF' }, 'CHF 5.00'],
    ['en', 5, { style: 'currency', currency: 'eur', currencyDisplay: 'code' }, 'EUR 5.00'],
    ['en', 5.5, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 }, '$6'],
    ['de', 1234.5, { style: 'currency', currency: 'EUR' }, '1.234,50 €'],
    ['fr', 1234.5, { style: 'currency', currency: 'EUR' }, '1 234,50 €'],
    ['ru', 5, { style: 'currency', currency: 'RUB' }, '5,00 ₽'],
    ['ar-EG', 5, { style: 'currency', currency: 'USD' }, '٥٫٠٠ US$'],
    ['he', -5, { style: 'currency', currency: 'ILS' }, '-5.00 ₪']
  ])
}

export function number_refusesOptionsThatAreNone() {
  const { number } = formatOf('en')
  throws(() => number(1, { style: 'percents' }))
  throws(() => number(1, { style: 'currency' }))
  throws(() => number(1, { style: 'currency', currency: 'EURO' }))
  throws(() => number(1, { minimumFractionDigits: -1 }))
  throws(() => number(1, { minimumFractionDigits: 3, maximumFractionDigits: 1 }))
  throws(() => number(1, { minimumSignificantDigits: 5, maximumSignificantDigits: 2 }))
  throws(() => number(1, { signDisplay: 'sometimes' }))
}

export function time_isADateByDefault() {
  times([
    ['en', {}, '2/5/2024'],
    ['en-GB', {}, '05/02/2024'],
    ['de', {}, '5.2.2024'],
    ['fr', {}, '05/02/2024'],
    ['ru', {}, '05.02.2024'],
    ['pl', {}, '5.02.2024'],
    ['ja', {}, '2024/2/5'],
    ['sv', {}, '2024-02-05'],
    ['he', {}, '5.2.2024']
  ])
  const now = formatOf('en').time()
  same([/^\d+\/\d+\/\d{4}$/.test(now), formatOf('en').time(86400000, { timeZone: 'UTC' })], [true, '1/2/1970'])
}

export function time_hasStyles() {
  times([
    ['en', { dateStyle: 'full' }, 'Monday, February 5, 2024'],
    ['en', { dateStyle: 'long' }, 'February 5, 2024'],
    ['en', { dateStyle: 'medium' }, 'Feb 5, 2024'],
    ['en', { dateStyle: 'short' }, '2/5/24'],
    ['en', { timeStyle: 'medium' }, '3:04:09 PM'],
    ['en', { timeStyle: 'short' }, '3:04 PM'],
    ['en', { timeStyle: 'short', hour12: false }, '15:04'],
    ['en', { dateStyle: 'medium', timeStyle: 'short' }, 'Feb 5, 2024, 3:04 PM'],
    ['de', { dateStyle: 'full' }, 'Montag, 5. Februar 2024'],
    ['de', { dateStyle: 'short', timeStyle: 'short' }, '05.02.24, 15:04'],
    ['de', { timeStyle: 'short', hour12: true }, '03:04 PM'],
    ['ru', { dateStyle: 'long' }, '5 февраля 2024 г.'],
    ['es', { dateStyle: 'full' }, 'lunes, 5 de febrero de 2024'],
    ['ja', { dateStyle: 'long' }, '2024年2月5日'],
    ['pl', { dateStyle: 'long' }, '5 lutego 2024']
  ])
}

export function time_hasFields() {
  times([
    ['en', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, 'Monday, February 5, 2024'],
    ['en', { weekday: 'short', month: 'short', day: 'numeric' }, 'Mon, Feb 5'],
    ['en', { month: 'long' }, 'February'],
    ['en', { month: 'long', year: 'numeric' }, 'February 2024'],
    ['en', { year: 'numeric', month: '2-digit', day: '2-digit' }, '02/05/2024'],
    ['en', { year: '2-digit', month: 'numeric', day: 'numeric' }, '2/5/24'],
    ['en', { weekday: 'long' }, 'Monday'],
    ['en', { hour: 'numeric' }, '3 PM'],
    ['en', { hour: 'numeric', minute: '2-digit' }, '3:04 PM'],
    ['en', { hour: '2-digit', minute: '2-digit', hour12: false }, '15:04'],
    ['en', { hour: 'numeric', minute: 'numeric', second: 'numeric', fractionalSecondDigits: 2 }, '3:04:09.07 PM'],
    ['en', { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }, 'Feb 5, 3:04 PM'],
    ['en', { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }, '15:04'],
    ['de', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, 'Montag, 5. Februar 2024'],
    ['de', { day: 'numeric', month: 'short' }, '5. Feb.'],
    ['de', { hour: 'numeric', minute: 'numeric' }, '15:04'],
    ['fr', { weekday: 'long', day: 'numeric', month: 'long' }, 'lundi 5 février'],
    ['ru', { day: 'numeric', month: 'long' }, '5 февраля'],
    ['ru', { month: 'long' }, 'февраль'],
    ['ru', { month: 'long', year: 'numeric' }, 'февраль 2024 г.'],
    ['pl', { day: 'numeric', month: 'long', year: 'numeric' }, '5 lutego 2024'],
    ['es', { day: 'numeric', month: 'long', year: 'numeric' }, '5 de febrero de 2024'],
    ['ja', { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }, '2024年2月5日月曜日']
  ])
}

export function time_isOfItsZone() {
  const { time } = formatOf('en')
  const moment = Date.UTC(2024, 1, 5, 23, 30)
  const options = timeZone => ({ timeZone, dateStyle: 'short', timeStyle: 'short' })
  same(plain(time(moment, options('Europe/Paris'))), '2/6/24, 12:30 AM')
  same(plain(time(moment, options('America/New_York'))), '2/5/24, 6:30 PM')
  same(plain(time(moment, { timeZone: 'Europe/Paris', hour: 'numeric', timeZoneName: 'shortOffset' })), '12 AM GMT+1')
}

export function time_isLocalByDefault() {
  const moment = new Date(2024, 1, 5, 23, 30)
  same(plain(formatOf('en').time(moment, { dateStyle: 'short', timeStyle: 'short' })), '2/5/24, 11:30 PM')
}

export function time_refusesWhatIsNone() {
  const { time } = formatOf('en')
  throws(() => time(NaN))
  throws(() => time(0, { timeZone: 'Mars/Olympus' }))
  throws(() => time(0, { dateStyle: 'huge' }))
  throws(() => time(0, { dateStyle: 'short', year: 'numeric' }))
  throws(() => time(0, { month: 'wide' }))
}

export function relativeTime_isInNumbersOrWords() {
  const rows = [
    ['en', -1, 'day', undefined, '1 day ago'],
    ['en', 3, 'days', undefined, 'in 3 days'],
    ['en', -1, 'day', { numeric: 'auto' }, 'yesterday'],
    ['en', 0, 'year', { numeric: 'auto' }, 'this year'],
    ['en', 1.5, 'hour', undefined, 'in 1.5 hours'],
    ['en', -0, 'second', undefined, '0 seconds ago'],
    ['ru', -5, 'minute', undefined, '5 минут назад'],
    ['ru', 2, 'week', undefined, 'через 2 недели'],
    ['de', -2, 'day', { numeric: 'auto' }, 'vorgestern'],
    ['pl', 5, 'month', undefined, 'za 5 miesięcy']
  ]
  rows.forEach(row => {
    same([row[0], row[1], row[2], row[3], plain(formatOf(row[0]).relativeTime(row[1], row[2], row[3]))], row)
  })
  throws(() => formatOf('en').relativeTime(1, 'fortnight'))
  throws(() => formatOf('en').relativeTime(Infinity, 'day'))
  throws(() => formatOf('en').relativeTime(1, 'day', { numeric: 'never' }))
}
