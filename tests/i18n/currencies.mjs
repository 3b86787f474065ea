// SPDX-License-Identifier: MIT

// Writes data/currencies.txt, what Intl.NumberFormat of Node.js says:
//     node tests/i18n/currencies.mjs >tests/i18n/data/currencies.txt
//
// A line has a locale, a currency, its symbol there, and 123.5 of it, divided by bars.

const locales = ['en', 'en-CA', 'en-GB', 'de', 'fr', 'es', 'es-MX', 'it', 'pt-BR', 'pt-PT', 'nl', 'pl', 'cs', 'sv', 'tr', 'ru',
  'uk', 'ar-EG', 'he', 'fa', 'hi', 'ja', 'ko', 'zh', 'zh-Hant']
const currencies = ['USD', 'EUR', 'JPY', 'GBP', 'CNY', 'AUD', 'CAD', 'CHF', 'HKD', 'SGD', 'SEK', 'KRW', 'NOK', 'NZD', 'INR',
  'MXN', 'TWD', 'BRL', 'PLN', 'ILS', 'TRY', 'RUB', 'EGP', 'KWD']

console.log(`# Node.js ${process.versions.node}, CLDR ${process.versions.cldr}`)
for (const locale of locales) {
  for (const currency of currencies) {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
    const symbol = format.formatToParts(123.5).filter(part => part.type === 'currency').map(part => part.value).join('')
    console.log([locale, currency, symbol, format.format(123.5)].join('|'))
  }
}
