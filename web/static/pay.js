// Saves a press: on to the provider at once, or WeChat's own sheet. What counts is what the provider tells the server.
const go = document.querySelector('a[data-go]')
if (go) {
  // Whoever comes back by the browser's own button is not sent on a second time.
  history.replaceState(null, '', `${location.pathname}#pay`)
  go.click()
}

const button = document.querySelector('[data-jsapi]')
const pay = () =>
  window.WeixinJSBridge?.invoke('getBrandWCPayRequest', JSON.parse(button.dataset.jsapi), () => location.assign(location.pathname))
if (button) {
  button.addEventListener('click', pay)
  if (window.WeixinJSBridge) pay()
  else document.addEventListener('WeixinJSBridgeReady', pay, { once: true })
}
