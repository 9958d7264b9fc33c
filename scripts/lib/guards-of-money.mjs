const room = 'core/src/registration'
const money = `${room}/payment`
const moneyRules = `${room}/payment/rules.test.ts`
const till = 'server/src/sandbox/payments.test.ts'
const refunds = 'server/src/sandbox/refunds.test.ts'

/** Which line guards what of payments and refunds: see scripts/guards.mjs. */
export const moneyGuards = [
  {
    name: 'money: the app',
    file: `${money}/rules.ts`,
    line: 'facts.app !== ours.app',
    by: 'false',
    in: moneyRules,
    test: 'refuses another app',
  },
  {
    name: 'money: the merchant',
    file: `${money}/rules.ts`,
    line: 'facts.merchant !== ours.merchant',
    by: 'false',
    in: moneyRules,
    test: 'refuses another merchant',
  },
  {
    name: 'money: the amount',
    file: `${money}/rules.ts`,
    line: 'facts.amountFen !== payment.amountFen',
    by: 'false',
    in: moneyRules,
    test: 'refuses another amount',
  },
  {
    name: 'money: the currency',
    file: `${money}/rules.ts`,
    line: "facts.currency !== 'CNY'",
    by: 'false',
    in: moneyRules,
    test: 'refuses another currency',
  },
  {
    name: 'money: a notice of WeChat’s is signed',
    file: `${money}/providers/wechatpay.ts`,
    line: 'const reason = doubt(trusted, headers, body, tools.clock.now())',
    by: "const reason = doubt(trusted, headers, body, tools.clock.now()) === 'serial' ? 'serial' : null",
    in: till,
    test: 'case 8',
  },
  {
    name: 'money: a notice of Alipay’s is signed',
    file: `${money}/providers/alipay.ts`,
    line: 'if (!isNotice(trusted, told))',
    by: 'if (false)',
    in: till,
    test: 'case 8',
  },
  {
    name: 'money: an answer of WeChat’s is signed',
    file: `${money}/providers/wechatpay.ts`,
    line: 'if (answer.status < 300 && doubt(',
    by: 'if (answer.status < 200 && doubt(',
    in: till,
    test: 'case 7',
  },
  {
    name: 'money: the notice that was told before',
    file: `${money}/rules.ts`,
    line: "  if (payment.state === 'paid') {",
    by: '  if (false) {',
    in: moneyRules,
    test: 'told again',
  },
  {
    name: 'money: both locks of an order',
    file: `${money}/store.ts`,
    line: "  await db\n    .selectFrom('seatCounter')\n    .select('eventId')\n    .where('communityId', '=', communityId)\n    .where('eventId', '=', eventId)\n    .forUpdate()\n    .execute()\n  await db.selectFrom('ticketOrder').select('id').where('communityId', '=', communityId).where('id', '=', orderId).forUpdate().execute()\n",
    by: '',
    in: refunds,
    test: 'any sequence',
  },
  {
    name: 'money: the most that goes back',
    file: `${money}/refund.rules.ts`,
    line: 'return left === 0 && parts.length > 0 ? parts : null',
    by: 'return parts.length > 0 ? parts : null',
    in: moneyRules,
    test: 'never more than was paid',
  },
]
