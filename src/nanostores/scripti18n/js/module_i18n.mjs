// SPDX-License-Identifier: MIT

// What `import "@nanostores/i18n"` gives.

export {
  browser, count, createI18n, createProcessor, eachMessage, formatter, loadTranslations, localeFrom, messagesToJSON,
  params, strings, transform, translationsLoading
} from './i18n.mjs'
