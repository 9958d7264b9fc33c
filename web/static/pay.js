// Saves a press: on to the provider at once, or WeChat's own sheet. What counts is what the provider tells the server.
const go = document.querySelector('a[data-go]')
if (go) {
  // Whoever comes back by the browser's own button is not sent on a second time.
  history.replaceState(null, '', `${location.pathname}#pay`)
  go.click()
}

// What needs a script is shown by it, and what is said to those without goes.
for (const part of document.querySelectorAll('[data-script]')) part.hidden = false
for (const part of document.querySelectorAll('[data-plain]')) part.hidden = true

const button = document.querySelector('[data-jsapi]')
const failed = document.querySelector('[data-failed]')
const pay = () => {
  failed.hidden = !!window.WeixinJSBridge
  window.WeixinJSBridge?.invoke('getBrandWCPayRequest', JSON.parse(button.dataset.jsapi), ({ err_msg: told = '' } = {}) => {
    if (told.endsWith(':ok')) location.assign(location.pathname)
    // Whoever closes the sheet finds the button again.
    else failed.hidden = told.endsWith(':cancel')
  })
}
if (button) {
  button.addEventListener('click', pay)
  if ('fresh' in button.dataset) {
    // Once: the sheet does not open anew whenever the page looks whether the money has come.
    history.replaceState(null, '', `${location.pathname}#pay`)
    if (window.WeixinJSBridge) pay()
    else document.addEventListener('WeixinJSBridgeReady', pay, { once: true })
  }
}
