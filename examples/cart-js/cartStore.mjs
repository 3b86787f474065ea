// SPDX-License-Identifier: MIT

// The state of the shop: nanostores as on the web. README.md lists what Qt's JavaScript engine asks to be written
// otherwise; each such place is marked V4.

import { atom, batch, computed, effect, map, onMount } from 'nanostores'
import { history } from 'nanostores/history'

// The cart

/**
 * @typedef {Object} CartItem
 * @property {string} id
 * @property {string} name
 * @property {string} imageSrc
 * @property {string} tint the colour behind the image
 * @property {number} price in cents, when it was added
 * @property {number} quantity
 */

const maxQuantity = 99
const freeShippingFrom = 7500
const shippingFee = 590
const daysOfDelivery = 3

export const isCartOpen = atom(false)

/** @type {import('nanostores').MapStore<Record<string, CartItem>>} */
export const cartItems = map({})

/** What was done to the cart, to be undone. Stepping a quantity at one go is one step. */
export const cartEdits = history(cartItems, { limit: 50, mergeWithin: 800, text: 'Change quantity' })

/** What was paid last in cents, and when it arrives, until the next item. */
export const lastOrder = atom({ total: 0, arrival: null })

const sumOf = (items, value) => Object.keys(items).reduce((sum, id) => sum + value(items[id]), 0)

export const cartCount = computed(cartItems, items => sumOf(items, item => item.quantity))
export const cartSubtotal = computed(cartItems, items => sumOf(items, item => item.price * item.quantity))
export const cartShipping = computed(cartSubtotal, sum => (sum === 0 || sum >= freeShippingFrom ? 0 : shippingFee))
export const cartTotal = computed([cartSubtotal, cartShipping], (sum, shipping) => sum + shipping)
export const toFreeShipping = computed(cartSubtotal, sum => Math.max(0, freeShippingFrom - sum))

/** Puts the product into the cart, or one more of it. */
export function addCartItem({ id, name, imageSrc, tint, price }) {
  const existingEntry = cartItems.get()[id]
  if (existingEntry) {
    setQuantity(id, existingEntry.quantity + 1)
  } else {
    lastOrder.set({ total: 0, arrival: null })
    cartEdits.group('Add ' + name, () => cartItems.setKey(id, { id, name, imageSrc, tint, price, quantity: 1 }))
  }
}

/** None removes it. */
export function setQuantity(id, quantity) {
  const existingEntry = cartItems.get()[id]
  if (!existingEntry) return
  if (quantity > 0) {
    // V4: { ...existingEntry, quantity: Math.min(quantity, maxQuantity) }
    cartItems.setKey(id, Object.assign({}, existingEntry, { quantity: Math.min(quantity, maxQuantity) }))
  } else {
    removeCartItem(id)
  }
}

export function removeCartItem(id) {
  const existingEntry = cartItems.get()[id]
  if (existingEntry) cartEdits.group('Remove ' + existingEntry.name, () => cartItems.setKey(id, undefined))
}

/** What is paid cannot be undone. */
export function checkOut() {
  if (cartCount.get() === 0) return
  cartEdits.untracked(() => {
    const now = new Date()
    lastOrder.set({ total: cartTotal.get(), arrival: new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysOfDelivery) })
    cartItems.set({})
  })
}

// The catalogue. It is fetched when it is observed for the first time.

export const catalogueUrl = atom('qrc:/catalogue/catalogue.json')
export const catalogue = atom([])
export const catalogueProblem = atom('')
/** Empty: all products are shown. */
export const currentProductId = atom('')

onMount(catalogue, () => effect(catalogueUrl, fetchCatalogue))

// V4: fetch(url).then(response => response.json()), which there is none of
function fetchCatalogue(url) {
  const request = new XMLHttpRequest()
  request.onreadystatechange = () => {
    if (request.readyState !== XMLHttpRequest.DONE) return
    let products = []
    let problem = ''
    try {
      products = JSON.parse(request.responseText)
    } catch (error) {
      problem = url + ': ' + error.message
    }
    batch(() => {
      catalogue.set(products)
      catalogueProblem.set(problem)
    })
  }
  request.open('GET', url)
  request.send()
  return () => request.abort()
}

// The price feed. It is live only while it is observed.

export const feedIsLive = atom(false)
export const priceFeed = map({})

onMount(priceFeed, () => {
  feedIsLive.set(true) // V4: const timer = setInterval(movePrice, 800), which there is none of: PriceFeed.qml has a Timer
  return () => {
    feedIsLive.set(false)
  }
})

const random = (from, to) => from + Math.floor(Math.random() * (to - from + 1))

/** A step of some ten cents, never further than an eighth from what the catalogue says. */
export function movePrice() {
  const products = catalogue.get()
  if (products.length === 0) return
  const { id, price } = products[random(0, products.length - 1)]
  const step = Math.max(1, Math.floor(price / 1000)) * 10 * random(1, 3) * (random(0, 1) ? 1 : -1)
  const last = priceFeed.get()[id] ?? price
  const reach = Math.floor(price / 8)
  priceFeed.setKey(id, Math.min(price + reach, Math.max(price - reach, last + step)))
}

/** Whether the shop shows the prices of the feed, or those of the catalogue. */
export const shopShowsFeed = atom(false)

const shownPrices = atom({})
onMount(shownPrices, () =>
  effect(shopShowsFeed, shows => {
    if (shows) return priceFeed.subscribe(prices => shownPrices.set(prices))
    shownPrices.set({})
  })
)

/** The products as the shop sells them. */
export const shelf = computed([catalogue, shownPrices], (products, prices) =>
  products.map(product =>
    // V4: { ...product, price: ..., regularPrice: ..., imageSrc: ... }
    Object.assign({}, product, {
      price: prices[product.id] ?? product.price,
      regularPrice: product.price,
      imageSrc: 'qrc:/catalogue/' + product.illustration
    })
  )
)

/** The product whose page is open, if any. */
export const currentProduct = computed([shelf, currentProductId], (products, id) =>
  products.find(product => product.id === id)
)

// The looks

export const isDark = atom(false)
/** Off while pictures are taken. */
export const isAnimated = atom(true)
