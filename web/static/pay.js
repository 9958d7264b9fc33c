// Saves a press: on to the provider at once, or WeChat's own sheet. What counts is what the provider tells the server.
document.querySelector('a[data-go]')?.click()

const button = document.querySelector('[data-jsapi]')
const pay = () =>
  window.WeixinJSBridge?.invoke('getBrandWCPayRequest', JSON.parse(button.dataset.jsapi), () => location.assign(location.pathname))
if (button) {
  button.addEventListener('click', pay)
  if (window.WeixinJSBridge) pay()
  else document.addEventListener('WeixinJSBridgeReady', pay, { once: true })
}
