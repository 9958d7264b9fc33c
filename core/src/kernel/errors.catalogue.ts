/** One entry of the catalogue: HTTP status and the sentence in both languages, with `{places}`. */
interface Entry {
  status: number
  zh: string
  en: string
}

const define = <const T extends Record<string, Entry>>(entries: T): T => entries

/**
 * Every error that a person or a program can be answered with. Codes are stable: they stand in the API.
 * A sentence says what happened, what was kept and what to do.
 */
export const catalogue = define({
  // fields of a form
  'input.invalid': {
    status: 422,
    zh: '有几处还不能保存，请看标出的地方。填过的内容都还在。',
    en: 'Some fields cannot be saved yet; see the marked ones. What you typed is still there.',
  },
  'field.required': { status: 422, zh: '这里要填。', en: 'Please fill this in.' },
  'field.too_long': { status: 422, zh: '太长了：最多 {maximum} 个字。', en: 'Too long: at most {maximum} characters.' },
  'field.too_short': { status: 422, zh: '太短了：至少 {minimum} 个字。', en: 'Too short: at least {minimum} characters.' },
  'field.too_big': { status: 422, zh: '太大了：最多 {maximum}。', en: 'Too large: at most {maximum}.' },
  'field.too_small': { status: 422, zh: '太小了：至少 {minimum}。', en: 'Too small: at least {minimum}.' },
  'field.invalid': { status: 422, zh: '这里的内容认不出来，请检查。', en: 'This was not understood; please check it.' },
  'field.number': { status: 422, zh: '请填数字。', en: 'Please enter a number.' },
  'field.slug': { status: 422, zh: '请用 2 到 60 个小写字母、数字或连字符。', en: 'Use 2 to 60 lower-case letters, digits or hyphens.' },
  'field.slug_reserved': {
    status: 422,
    zh: '这个网址名留给系统用了，请换一个。',
    en: 'This address name is used by the system; please choose another.',
  },
  'field.email': { status: 422, zh: '这不像一个邮箱地址。', en: 'This does not look like an e-mail address.' },
  'field.phone': {
    status: 422,
    zh: '这不像一个手机号。国外号码请带上国家代码，如 +852。',
    en: 'This does not look like a phone number. Numbers from abroad need the country code, such as +852.',
  },
  'field.contact': {
    status: 422,
    zh: '请留手机号或邮箱，至少一种。',
    en: 'Please leave a phone number or an e-mail address, at least one.',
  },
  'field.date': { status: 422, zh: '这不是一个日期。', en: 'This is not a date.' },
  'field.url': { status: 422, zh: '请填 http:// 或 https:// 开头的网址。', en: 'Enter an address that begins with http:// or https://.' },
  'field.money': { status: 422, zh: '这不是一个金额，例如 1280 或 99.50。', en: 'This is not an amount, such as 1280 or 99.50.' },
  'field.consent': { status: 422, zh: '需要您同意才能继续。', en: 'Your consent is needed to go on.' },
  // access
  'access.sign_in': { status: 401, zh: '请先登录。', en: 'Please sign in first.' },
  'access.denied': {
    status: 403,
    zh: '您没有做这件事的权限。请找这个社区的负责人。',
    en: 'You may not do this. Please ask a lead of this community.',
  },
  'access.link_invalid': {
    status: 404,
    zh: '这个链接不对：可能复制时少了一段。请用原消息里的完整链接。',
    en: 'This link is not right: a part may be missing. Use the whole link from the original message.',
  },
  'access.link_expired': {
    status: 410,
    zh: '这个链接已经失效。请联系主办方重新发一个。',
    en: 'This link is no longer valid. Please ask the organisers for a new one.',
  },
  'access.code_wrong': {
    status: 422,
    zh: '验证码不对或已过期。可以再要一个。',
    en: 'The code is wrong or has expired. You can ask for a new one.',
  },
  'access.too_many': {
    status: 429,
    zh: '试的次数太多了。请过 {minutes} 分钟再来。',
    en: 'Too many tries. Please come back in {minutes} minutes.',
  },
  'access.origin': {
    status: 403,
    zh: '这个表单来自别的网站，没有处理。请从本站打开再试。',
    en: 'This form came from another site and was not processed. Open it from this site and try again.',
  },
  // things
  'page.not_found': { status: 404, zh: '这里没有这个页面。', en: 'There is no such page.' },
  'community.not_found': { status: 404, zh: '没有找到这个社区。', en: 'This community was not found.' },
  'community.slug_taken': {
    status: 409,
    zh: '这个网址名已经有社区在用，请换一个。',
    en: 'Another community uses this address name; please choose another.',
  },
  'community.last_owner': {
    status: 409,
    zh: '这是最后一位负责人，不能移除。先让另一个人当负责人。',
    en: 'This is the last lead and cannot be removed. Make somebody else a lead first.',
  },
  'event.not_found': { status: 404, zh: '没有找到这场活动。', en: 'This event was not found.' },
  'event.slug_taken': {
    status: 409,
    zh: '这个社区里已经有同名网址的活动，请换一个。',
    en: 'This community already has an event with this address name; please choose another.',
  },
  'event.state': { status: 409, zh: '活动现在的状态不能这样做。', en: 'The event’s present state does not allow this.' },
  'event.ends_before_start': { status: 422, zh: '结束时间要晚于开始时间。', en: 'The end has to be after the start.' },
  'thing.not_found': { status: 404, zh: '没有找到，可能已经被删掉了。', en: 'Not found; it may have been removed.' },
  'thing.changed': {
    status: 409,
    zh: '您编辑的时候，{who} 先保存了。下面并排列出两边的内容，您的修改没有丢。',
    en: '{who} saved while you were editing. Both versions are shown below; nothing of yours is lost.',
  },
  'request.repeated_otherwise': {
    status: 422,
    zh: '同一个请求编号，内容却不一样。第一次的已经办好，第二次没有处理。网页上请先看看第一次的结果，还要办就再提交一次；程序请换一个编号。',
    en: 'The same request key came with other content. The first was done, the second was not processed. On a page, look at what came of the first, and submit once more if this is wanted, too; a program takes a new key.',
  },
  'request.in_progress': {
    status: 409,
    zh: '上一次提交还在处理，请稍等。',
    en: 'Your first submission is still being processed; please wait.',
  },
  // plan
  'plan.proposal_state': { status: 409, zh: '这份策划案现在的状态不能这样做。', en: 'The proposal’s present state does not allow this.' },
  'plan.day_taken': { status: 409, zh: '这一天已经在备选里了。', en: 'This day is already among the options.' },
  'plan.reason': {
    status: 422,
    zh: '写一句原因吧，以后看得懂为什么。',
    en: 'Please give the reason in a sentence, so that it can be understood later.',
  },
  // team
  'team.already': { status: 409, zh: '这位已经在负责这件事了。', en: 'This person already has this duty.' },
  'team.shift': { status: 422, zh: '结束时间要晚于开始时间。', en: 'The end has to be after the start.' },
  // partners
  'partners.already': { status: 409, zh: '这场活动里已经有同名的伙伴。', en: 'This event already has a partner of this name.' },
  'partners.introduced_already': { status: 409, zh: '这条引荐已经记下了。', en: 'This introduction is already noted.' },
  'partners.introduced_self': { status: 422, zh: '引荐要有两个人（或地方）。', en: 'An introduction needs two people or places.' },
  // programme
  'programme.number_taken': { status: 409, zh: '编号 {no} 已经有一项在用。', en: 'The number {no} is already in use.' },
  'programme.slug_taken': {
    status: 409,
    zh: '这个网址名已经有一项议程在用，请换一个。',
    en: 'Another item uses this address name; please choose another.',
  },
  'programme.released_already': {
    status: 409,
    zh: '这一项已经公开过，不能直接删去。请改为取消：日历会更新，链接也不会失效。',
    en: 'This item has been public and cannot simply be removed. Cancel it instead: calendars are updated and its link keeps working.',
  },
  // registration
  'registration.crowded': {
    status: 503,
    zh: '现在报名的人很多，您前面还有 {ahead} 人。填过的内容都还在，轮到时再提交一次就行，只算一次。',
    en: 'Very many people are registering now; {ahead} are before you. What you typed is still there; send it again when it is your turn, it counts once.',
  },
  'registration.unheard': {
    status: 503,
    zh: '数据库断开了，还不知道这次报名有没有存下。请原样再提交一次：同一个表单只算一次。',
    en: 'The database was lost, and it is not known yet whether this registration was saved. Please submit the same form once more; it counts only once.',
  },
  'registration.closed': { status: 409, zh: '报名没有开放。', en: 'Registration is not open.' },
  'registration.full': {
    status: 409,
    zh: '名额已经满了（上限 {cap}）。您填的内容没有提交，还在表单里。',
    en: 'All places are taken (cap {cap}). What you typed was not submitted and is still in the form.',
  },
  'registration.twice': {
    status: 409,
    zh: '这个手机号或邮箱已经报过名，票在原来的链接里。我们可以把链接再发到您的邮箱。',
    en: 'This phone number or e-mail address is already registered; the ticket is at its link. We can send the link to your e-mail again.',
  },
  'message.place_unknown': {
    status: 422,
    zh: '第 {line} 行的 {found} 没有对应的内容。花括号里只能写：{known}。',
    en: 'Line {line}: {found} stands for nothing. In braces there may be: {known}.',
  },
  'message.place_missing': {
    status: 422,
    zh: '少了 {found}：没有它，收信人什么也做不了。',
    en: '{found} is missing: without it the mail is of no use to who gets it.',
  },
  'message.until': {
    status: 422,
    zh: '回复期限要比询问的那天晚至少一天。',
    en: 'The answer must be due at least a day after the question.',
  },
  'message.words_changed': {
    status: 409,
    zh: '这些文字刚被别人改过，还没有保存您的。您写的还在下面；在新窗口打开这一页对照后再保存。',
    en: 'Somebody else has just changed these words; yours are not saved yet and stand below. Open this page in a new window, compare, and save again.',
  },
  'message.not_now': {
    status: 409,
    zh: '现在不能发：活动还没公开，或没有变动要通知。写的内容还在。',
    en: 'This cannot be sent now: the event is not public yet, or there is no change to tell. What you wrote is still there.',
  },
  'message.past': {
    status: 422,
    zh: '这个时刻已经过了。请选晚一点的，或选「马上」。',
    en: 'This moment has passed. Choose a later one, or “at once”.',
  },
  'message.gone_out': {
    status: 409,
    zh: '这封信已经开始发了，不能再改。',
    en: 'This message has begun to go out and cannot be changed any more.',
  },
  'message.tests_many': {
    status: 429,
    zh: '一小时内试发太多了，请稍后再试。写的内容还在。',
    en: 'Too many tests within an hour; please wait a little. What you wrote is still there.',
  },
  'registration.cancelled': { status: 409, zh: '这张票已经取消。', en: 'This ticket has been cancelled.' },
  'registration.advice_changed': {
    status: 409,
    zh: '情况有变，这么多人现在可能坐不下；上限没有改。请看看新的建议再定。',
    en: 'Things have changed and so many may no longer fit; the cap stays as it was. Please look at the new advice.',
  },
  'registration.channel_full': {
    status: 409,
    zh: '这个渠道的名额（{share} 席）已经满了，主办方自己的报名页可能还有位置。您填的内容还在表单里。',
    en: 'The {share} places of this channel are taken; the organisers’ own page may still have some. What you typed is still in the form.',
  },
  'registration.type_full': {
    status: 409,
    zh: '这种票还剩 {left} 张，不够。您填的内容还在，可以换一种票，或者候补。',
    en: 'Only {left} of this ticket are left, which is not enough. What you typed is still there; choose another ticket or join the waiting list.',
  },
  'registration.waited_for': {
    status: 409,
    zh: '空出来的位置先给在候补的人。您填的内容还在，可以加入候补。',
    en: 'The seats that came free go to those who wait. What you typed is still there; you can join the waiting list.',
  },
  'registration.seats_left': {
    status: 409,
    zh: '现在还有位置，不用候补，直接报名就好。您填的内容还在。',
    en: 'There are seats now, so there is no need to wait: please register. What you typed is still there.',
  },
  'registration.waiting_closed': {
    status: 409,
    zh: '候补现在没有开放。您填的内容还在；有人取消时，报名页会重新有位置。',
    en: 'The waiting list is not open now. What you typed is still there; when somebody cancels, the registration page has seats again.',
  },
  'registration.waiting_already': {
    status: 409,
    zh: '这个联系方式已经在候补，位置没有变。留过邮箱的话，链接刚又发到那里（十分钟内只发一次）。',
    en: 'This contact is on the waiting list already and keeps its place. Where an e-mail address was left, the link was sent there again, at most once in ten minutes.',
  },
  'registration.waiting_over': {
    status: 409,
    zh: '这个候补已经结束或轮到了，没有改动。请刷新看现在的情况。',
    en: 'This place in the list has ended or was called; nothing was changed. Please reload to see how it stands.',
  },
  'registration.waiting_review': {
    status: 409,
    zh: '这种票由主办方审核，随时可以申请，不用候补。您填的内容还在。',
    en: 'This ticket is reviewed by the organisers and can be asked for at any time, so there is no need to wait. What you typed is still there.',
  },
  'registration.party_large': {
    status: 422,
    zh: '一起候补最多 {maximum} 位。可以改少一些，或分开登记。',
    en: 'At most {maximum} can wait together. Make the party smaller, or join in several.',
  },
  'registration.offer_no_room': {
    status: 409,
    zh: '这一组要 {seats} 位，现在只空 {left} 位，没有叫。等有人取消，或让他们改成分开。',
    en: 'This party needs {seats} and {left} are free, so it was not called. Wait until somebody cancels, or let the party be split.',
  },
  'registration.type_missing': { status: 422, zh: '请选一种票。', en: 'Please choose a ticket.' },
  'registration.type_unknown': {
    status: 422,
    zh: '没有这种票，可能刚刚撤下了。请重新选一种，填过的内容还在。',
    en: 'There is no such ticket; it may just have been withdrawn. Please choose again; what you typed is still there.',
  },
  'registration.type_not_yet': { status: 409, zh: '这种票还没有开始。', en: 'This ticket is not available yet.' },
  'registration.type_over': {
    status: 409,
    zh: '这种票已经截止，请换一种。',
    en: 'This ticket is no longer available; please choose another.',
  },
  'registration.order_first': {
    status: 409,
    zh: '这种票要先下单：它收费、需要审核，或者带优惠码。请从报名页选票。',
    en: 'This ticket needs an order first: it costs something, is reviewed, or comes with a voucher. Choose it on the registration page.',
  },
  'registration.too_many': {
    status: 422,
    zh: '这种票一次最多 {maximum} 张。',
    en: 'At most {maximum} of this ticket in one order.',
  },
  'registration.too_little': {
    status: 422,
    zh: '随意付的票每张至少 ¥{least}。填过的还在，改好金额再继续。',
    en: 'A ticket at your own price is at least ¥{least}. What you filled in is still there; please change the amount.',
  },
  'registration.person_under_order': {
    status: 422,
    zh: '不能比一次最多几张少，否则一次选多张的人会下不了单。',
    en: 'This cannot be less than what one order may have, or nobody could complete such an order.',
  },
  'registration.person_limit': {
    status: 409,
    zh: '每人最多 {maximum} 张，用这个联系方式已经订过。请少选几张，再订一次。',
    en: 'At most {maximum} of one ticket for each person, and this contact has ordered before. Please choose fewer and order again.',
  },
  'registration.nothing_chosen': { status: 422, zh: '还没有选票。', en: 'No ticket was chosen yet.' },
  'registration.addon_alone': {
    status: 422,
    zh: '附加项要和票一起选，每张票最多一份。',
    en: 'An extra goes with a ticket, at most one for each.',
  },
  'registration.voucher_unknown': {
    status: 422,
    zh: '没有这个优惠码，请检查有没有打错。',
    en: 'There is no such voucher; please check it for typing errors.',
  },
  'registration.voucher_over': { status: 409, zh: '这个优惠码已经过期。', en: 'This voucher has run out.' },
  'registration.voucher_early': { status: 409, zh: '这个优惠码还没有生效。', en: 'This voucher is not valid yet.' },
  'registration.voucher_used': {
    status: 409,
    zh: '这个优惠码的次数不够了（还剩 {left} 次）。',
    en: 'This voucher has {left} uses left, which is not enough.',
  },
  'registration.voucher_other': {
    status: 422,
    zh: '这个优惠码不能用在选的票上。请选它对应的票，或清空优惠码。',
    en: 'This voucher is not for the tickets that you chose. Choose a ticket it is for, or clear the voucher.',
  },
  'registration.hold_over': {
    status: 409,
    zh: '占位时间到了，位置已经放回。填过的内容还在，可以重新选票。',
    en: 'The hold has run out and the seats went back. What you typed is still there; you can choose again.',
  },
  'registration.order_closed': {
    status: 409,
    zh: '这份订单已经完成或关闭，不能再改。',
    en: 'This order is complete or closed and cannot be changed any more.',
  },
  'registration.order_seats': {
    status: 422,
    zh: '每个位置都要填一个人，不多不少。',
    en: 'Each seat needs one person, no more and no fewer.',
  },
  'registration.type_price': {
    status: 409,
    zh: '只能换成价格和已付金额相同、现在可选的票。什么都没有改；想换别的，请联系主办方。',
    en: 'Only a ticket that is available now at the price that was paid can be changed to. Nothing was changed; for another one ask the organisers.',
  },
  'registration.handover_over': {
    status: 409,
    zh: '转让的截止时间已过，票仍然是您的。来不了的话可以取消，或联系主办方。',
    en: 'The time for handing tickets over has passed; the ticket is still yours. If you cannot come, cancel it or ask the organisers.',
  },
  'registration.handover_self': {
    status: 422,
    zh: '这就是现在的持票人，什么都没有改。要改自己的资料，请用「修改资料」。',
    en: 'This is who holds the ticket now; nothing was changed. To change your own data use “Change my data”.',
  },
  'registration.early_end': {
    status: 422,
    zh: '早鸟价要有结束：到哪一天，或前多少张。',
    en: 'An early price needs an end: a day, or the first so many.',
  },
  'registration.early_price': {
    status: 422,
    zh: '早鸟价要比原价低；随意付的票没有早鸟价。',
    en: 'The early price has to be lower than the price; a pay-what-you-want ticket has none.',
  },
  'registration.variant_parent': {
    status: 422,
    zh: '规格只能放在一件加购项下面。',
    en: 'Variants stand under an add-on that is no variant itself.',
  },
  'registration.types_many': {
    status: 422,
    zh: '一场活动最多 {maximum} 个，没有再加。可以去掉不用的。',
    en: 'One event has {maximum} at most; nothing was added. Remove those that are not used.',
  },
  'registration.types_there': {
    status: 409,
    zh: '这场活动已经有票种了，没有再加。可以在下面添加或修改。',
    en: 'The event has ticket types already; nothing was added. Add or change them below.',
  },
  'registration.voucher_code': {
    status: 422,
    zh: '优惠码用 4 到 40 个字母、汉字、数字或连字符，以字母、汉字或数字开头。',
    en: 'A code has 4 to 40 letters, digits or hyphens and begins with a letter or digit.',
  },
  'registration.voucher_taken': {
    status: 422,
    zh: '优惠码 {code} 已经有了，请换一个。',
    en: 'The code {code} is there already; choose another.',
  },
  'registration.voucher_percent': { status: 422, zh: '请填 1 到 100。', en: 'Enter 1 to 100.' },
  'registration.voucher_reserves_type': {
    status: 422,
    zh: '要留位置，就要说明留的是哪一种票。',
    en: 'To keep places, say of which ticket type.',
  },
  'registration.voucher_no_room': {
    status: 409,
    zh: '只剩 {left} 个位置，留不出 {wanted} 个。什么都没有改；可以减少数量，或先提高上限和名额。',
    en: 'Only {left} are left, so {wanted} cannot be kept. Nothing was changed; make fewer, or raise the cap and quotas first.',
  },
  'registration.voucher_below_used': {
    status: 422,
    zh: '已经用了 {used} 次，次数不能比这更少。',
    en: 'It has been used {used} times already; the limit cannot be lower.',
  },
  'registration.voucher_used_otherwise': {
    status: 422,
    zh: '已有 {count} 次用在别的票上，不能为这种票留位置。请另做一个码来留。',
    en: '{count} uses are for other tickets, so it cannot keep places of this one. Make another code for that.',
  },
  'registration.voucher_lines': {
    status: 422,
    zh: '有 {count} 行不能导入，整份都没有导入。改好标出的行，再传一次。',
    en: '{count} lines cannot be taken, so none was. Mend the lines that are named and send the file again.',
  },
  'registration.voucher_line_twice': {
    status: 422,
    zh: '和第 {line} 行是同一个码。',
    en: 'This is the same code as in line {line}.',
  },
  'registration.voucher_none': {
    status: 422,
    zh: '文件里没有找到优惠码：每行一个码，可以加次数和备注。',
    en: 'No code was found in the file: one in each line, with uses and a note if you like.',
  },
  'registration.channel_taken': {
    status: 409,
    zh: '这场活动已经有一个同名链接的渠道，请换一个。',
    en: 'This event already has a channel with this link name; please choose another.',
  },
  'registration.no_email': {
    status: 409,
    zh: '这位没有留邮箱，发不了邮件。可以让他用手机尾号或短码签到。',
    en: 'No e-mail address was left, so nothing can be sent. The last four digits of the phone or the short code serve at the door.',
  },
  'registration.list_too_large': {
    status: 413,
    zh: '文件太大：最多 {limit}。可以分成几份导入，重复的人只算一次。',
    en: 'The file is too large: at most {limit}. It can come in parts; nobody is counted twice.',
  },
  'registration.list_too_many': {
    status: 422,
    zh: '行数太多：一次最多 {limit} 行。可以分成几份导入，重复的人只算一次。',
    en: 'Too many rows: at most {limit} at once. They can come in parts; nobody is counted twice.',
  },
  'registration.list_format': {
    status: 422,
    zh: '读不懂这个文件。请用 CSV 或 Excel（.xlsx）格式；没有存下任何内容。',
    en: 'This file was not understood. Use CSV or Excel (.xlsx); nothing was kept of it.',
  },
  'registration.list_old_excel': {
    status: 422,
    zh: '这是旧的 Excel 格式（.xls）或加了密码。请在 Excel 或 WPS 里另存为 .xlsx 或 CSV 再上传。',
    en: 'This is the old Excel format (.xls) or has a password. Save it as .xlsx or CSV and upload that.',
  },
  'registration.list_broken': {
    status: 422,
    zh: '第 {line} 行附近的引号没有成对，读不下去。请在表格软件里重新导出一次。',
    en: 'Around line {line} a quote is not closed, so it cannot be read on. Export the list once more.',
  },
  'registration.list_bomb': {
    status: 422,
    zh: '这个文件解开后大得不正常，没有收下。',
    en: 'This file unfolds to an unreasonable size and was not taken.',
  },
  'registration.list_empty': {
    status: 422,
    zh: '文件里没有找到名单：要有一行表头，下面至少一个人。',
    en: 'No list was found in the file: it needs a row of headings and at least one person below.',
  },
  'registration.list_columns': {
    status: 422,
    zh: '请指出哪一列是姓名，以及手机号或邮箱至少一列。',
    en: 'Say which column is the name, and at least one that is the phone or the e-mail.',
  },
  'registration.list_column_twice': {
    status: 422,
    zh: '同一个意思只能选一列，其余的可以选“保留为回答”。',
    en: 'Only one column can have this meaning; keep the others as answers.',
  },
  'registration.list_started': {
    status: 409,
    zh: '这份名单正在登记或已经登记过，不能再改。',
    en: 'This list is being taken in or has been, so it cannot be changed any more.',
  },
  'registration.list_unread': {
    status: 409,
    zh: '请先确认各列的意思，看过预览再登记。',
    en: 'First say what the columns are and look at the preview.',
  },
  // money
  'payment.not_offered': {
    status: 409,
    zh: '这场活动现在不能用这种方式付款，请换一种。座位还给您留着。',
    en: 'This event cannot be paid in this way at the moment; please choose another. Your seats are still held.',
  },
  'payment.nothing_to_pay': { status: 409, zh: '这份订单现在没有要付的钱。', en: 'There is nothing to pay for this order now.' },
  'payment.paid_already': {
    status: 409,
    zh: '这份订单已经付过了，不用再付。',
    en: 'This order is paid already; there is no need to pay again.',
  },
  'payment.event_off': {
    status: 409,
    zh: '活动不办了，不再收款。没有扣款。',
    en: 'The event does not take place, so nothing is to be paid any more. Nothing was charged.',
  },
  'payment.order_over': {
    status: 409,
    zh: '这份订单已经过期或取消，座位放回去了。没有扣款，可以重新下单。',
    en: 'This order has expired or was cancelled, and its seats are free again. Nothing was charged; you can order again.',
  },
  'payment.state': {
    status: 409,
    zh: '这笔付款现在的状态不能这样做，请刷新看最新的情况。',
    en: 'The payment’s present state does not allow this; reload to see how it stands.',
  },
  'payment.openid': {
    status: 422,
    zh: '在微信里付款需要微信登录，这里没有。请改用扫码付款，座位还给您留着。',
    en: 'Paying inside WeChat needs a WeChat sign-in, which is missing here. Please pay by scanning; your seats are still held.',
  },
  'payment.wechat_state': {
    status: 409,
    zh: '这次微信支付不是从这个浏览器开始的，或者已经超过十分钟。没有扣款，座位还给您留着；请再点一次微信支付，或换一种方式。',
    en: 'This payment by WeChat was not begun in this browser, or more than ten minutes ago. Nothing was charged and your seats are still held; press WeChat Pay once more, or choose another way.',
  },
  'payment.wechat_code': {
    status: 409,
    zh: '微信给的授权码已经用过或过期。没有扣款，座位还给您留着；请再点一次微信支付，或改用扫码付款。',
    en: 'The code that WeChat gave was used before or is too old. Nothing was charged and your seats are still held; press WeChat Pay once more, or pay by scanning.',
  },
  'payment.wechat_account': {
    status: 502,
    zh: '微信没有让我们在这里收款，要主办方检查公众号和商户号的设置。没有扣款，座位还给您留着；请改用扫码或别的方式付款。',
    en: 'WeChat does not let us take payments here; the organisers have to look at their official account and merchant number. Nothing was charged and your seats are still held; please pay by scanning or in another way.',
  },
  'payment.provider_away': {
    status: 503,
    zh: '支付平台（{provider}）暂时没有回应。没有扣款，座位还给您留着；请稍后再试或换一种方式。',
    en: 'The payment provider ({provider}) does not answer at the moment. Nothing was charged and your seats are still held; try again shortly or choose another way.',
  },
  'payment.provider_refused': {
    status: 502,
    zh: '支付平台（{provider}）没有接受：{problem}。没有扣款，可以换一种方式。',
    en: 'The payment provider ({provider}) did not accept this: {problem}. Nothing was charged; you can choose another way.',
  },
  'payment.provider_forged': {
    status: 502,
    zh: '收到的回应签名不对，没有采信。没有扣款；请稍后再试，并告诉主办方。',
    en: 'An answer came whose signature is wrong, so it was not believed. Nothing was charged; try again shortly, and tell the organisers.',
  },
  'payment.proof_first': {
    status: 409,
    zh: '还没有付款凭证，请先上传。',
    en: 'There is no proof of payment yet; please upload one first.',
  },
  'payment.reason': {
    status: 422,
    zh: '写一句原因吧，对方会看到。',
    en: 'Please give the reason in a sentence; the other side will see it.',
  },
  'payment.fee_by_bill': {
    status: 409,
    zh: '这个平台的手续费每天对账时从账单里记，不用手工记。要冲回以前手工多记的，金额填负数。',
    en: 'This provider’s fees are booked from its statement at the daily reconciling, not by hand. To take back what was booked by hand before, give an amount below nothing.',
  },
  'refund.too_much': {
    status: 409,
    zh: '最多还能退 {left} 元。没有退款。',
    en: 'At most {left} yuan can still be given back. Nothing was refunded.',
  },
  'refund.state': { status: 409, zh: '这笔退款现在的状态不能这样做。', en: 'The refund’s present state does not allow this.' },
  'refund.not_offered': {
    status: 409,
    zh: '这场活动不接受（或已过了）退款申请，请联系主办方。',
    en: 'This event does not take refund requests, or no longer; please ask the organisers.',
  },
  'refund.with_seats': {
    status: 409,
    zh: '这场活动退款和退票是一件事：请在订单里退掉不要的票，钱会原路退回。没有单独退款。',
    en: 'At this event money goes back together with its ticket: give back the ticket that you do not need, and its money returns. Nothing was refunded by itself.',
  },
  'fapiao.not_offered': {
    status: 409,
    zh: '这场活动不开发票，请联系主办方。',
    en: 'This event issues no invoices; please ask the organisers.',
  },
  'fapiao.nothing_paid': {
    status: 409,
    zh: '没有可以开票的金额：要先付款，退回的钱不能开。',
    en: 'There is no amount to invoice: it has to be paid first, and money given back cannot be invoiced.',
  },
  'fapiao.open_already': {
    status: 409,
    zh: '这份订单已经有一张发票在申请或已开具。要改抬头，请先联系主办方。',
    en: 'This order already has an invoice asked for or issued. To change its title, ask the organisers first.',
  },
  'fapiao.state': { status: 409, zh: '这张发票现在的状态不能这样做。', en: 'The invoice’s present state does not allow this.' },
  'field.tax_id': {
    status: 422,
    zh: '税号是 15 到 20 位大写字母或数字。',
    en: 'A tax number has 15 to 20 capital letters or digits.',
  },
  'field.tax_id_check': {
    status: 422,
    zh: '统一社会信用代码的校验位不对，可能抄错了一位。',
    en: 'The check character of this unified social credit code is wrong; a character may be mistyped.',
  },
  'field.tax_id_needed': {
    status: 422,
    zh: '开给单位（或专用发票）要填税号。',
    en: 'An invoice to an organisation (or a special one) needs the tax number.',
  },
  'field.special_company': {
    status: 422,
    zh: '专用发票只能开给企业或机关事业单位。',
    en: 'A special invoice can only be issued to a company or a public body.',
  },
  'field.gbk_bytes': {
    status: 422,
    zh: '太长了：合起来最多 {maximum} 字节（一个汉字算两个）。',
    en: 'Too long: together at most {maximum} bytes (a Chinese character counts as two).',
  },
  // questions of the registration form
  'question.key': {
    status: 422,
    zh: '请用小写字母、数字、连字符或下划线，以字母开头，最多 40 个。',
    en: 'Use lower-case letters, digits, hyphens or underscores, a letter first, at most 40.',
  },
  'question.key_taken': {
    status: 409,
    zh: '已经有一个问题叫 {key}，请换一个代号。',
    en: 'Another question has the key {key}; please choose another.',
  },
  'question.too_many': {
    status: 422,
    zh: '问题太多了：最多 {most} 个。问得越少，填的人越多。',
    en: 'Too many questions: at most {most}. The fewer are asked, the more people fill the form in.',
  },
  'question.options': {
    status: 422,
    zh: '选项不够：单选至少两个，多选至少一个。',
    en: 'More options are needed: two for one choice, one for several.',
  },
  'question.option_twice': { status: 422, zh: '有两个选项的代号一样。', en: 'Two options have the same key.' },
  'question.option': { status: 422, zh: '请从给出的选项里选。', en: 'Please choose one of the options.' },
  'question.range': { status: 422, zh: '最大要不小于最小。', en: 'The largest has to be no less than the smallest.' },
  'question.unknown': {
    status: 422,
    zh: '报名表里没有「{key}」这个问题。请对照活动的问题列表。',
    en: 'The form has no question “{key}”. Please compare with the event’s questions.',
  },
  'question.condition': {
    status: 422,
    zh: '显示条件要选自同一个问题的选项，而且那个问题问的是同一批人。',
    en: 'A condition takes options of one question, which is asked of the same people.',
  },
  'question.circle': {
    status: 422,
    zh: '绕成圈了：「{question}」本身要看这个问题的回答才出现。',
    en: 'That goes in a circle: “{question}” itself appears only by the answer to this question.',
  },
  'question.keep_reason': {
    status: 422,
    zh: '比活动的保存期（{days} 天）更长，请写明理由。',
    en: 'This is longer than the event keeps its attendees ({days} days); please give the reason.',
  },
  'question.needed': {
    status: 409,
    zh: '「{question}」要看这个问题的回答才出现。请先改它的显示条件。',
    en: '“{question}” appears by the answer to this question. Change its condition first.',
  },
  'question.closed': {
    status: 409,
    zh: '活动已经开始，回答不能再改。需要改动请找主办方。',
    en: 'The event has begun, so answers can no longer be changed here. Please ask the organisers.',
  },
  'question.file': {
    status: 422,
    zh: '请上传 PDF、PNG、JPG 或 WebP，最大 {limit}。',
    en: 'Please send a PDF, PNG, JPG or WebP file of at most {limit}.',
  },
  'question.file_gone': {
    status: 422,
    zh: '上传的文件已过期，请再选一次。其他内容都还在。',
    en: 'The uploaded file has expired; please choose it again. Everything else is still there.',
  },
  'question.files_crowded': {
    status: 503,
    zh: '等着提交的文件太多，暂时收不下。请过几分钟再传，填过的内容都还在。',
    en: 'Too many files are waiting for their forms. Please send it again in a few minutes; what you typed is still there.',
  },
  // door
  // stage
  'stage.over': {
    status: 409,
    zh: '这一项已经讲完。要改时间，请用「补记时间」。',
    en: 'This item is over. To correct its times, use “set times”.',
  },
  'stage.nothing_on': { status: 409, zh: '台上现在没有进行中的一项。', en: 'Nothing is on stage at the moment.' },
  'stage.nothing_to_undo': { status: 409, zh: '没有可以撤销的操作。', en: 'There is nothing to undo.' },
  'stage.end_before_start': { status: 422, zh: '结束时间要晚于开始时间。', en: 'The end has to be after the start.' },
  // archive
  'file.empty': { status: 422, zh: '{name} 是空文件（0 字节），没有收下。', en: '{name} is empty (0 bytes) and was not taken.' },
  'file.type': { status: 422, zh: '{name} 的类型不能收：{type}。', en: '{name} is of a kind that is not accepted: {type}.' },
  'file.too_large': { status: 413, zh: '{name} 太大：最多 {limit}。', en: '{name} is too large: at most {limit}.' },
  'recording.name_taken': {
    status: 409,
    zh: '已经有一段叫 {name} 的录音，内容不同。请先删掉旧的，或给新的换个名字。',
    en: 'There is already a different recording named {name}. Remove the old one first, or rename the new one.',
  },
  'file.upload_broken': {
    status: 400,
    zh: '{name} 没有传完，没有收下。请再传一次。',
    en: '{name} did not arrive whole and was not taken. Please send it again.',
  },
  'file.range': { status: 416, zh: '要的那一段不在文件里。', en: 'The part asked for is not in the file.' },
  // story
  // handover
  'handover.nothing': { status: 422, zh: '至少选一样带走。', en: 'Choose at least one thing to take along.' },
  'import.broken': { status: 422, zh: '{file} 第 {line} 行读不懂：{reason}', en: '{file}, line {line} cannot be read: {reason}' },
  'backup.broken': {
    status: 422,
    zh: '备份 {file} 不完整或被改过（{reason}），没有写入任何东西。请换一份备份。',
    en: 'The backup {file} is incomplete or was altered ({reason}); nothing was written. Please use another one.',
  },
  'backup.not_empty': {
    status: 409,
    zh: '这里已经有数据，没有覆盖。请恢复到一个新的数据目录（KAICHANG_DATA）。',
    en: 'There is data here already, and it was not overwritten. Restore into a new data folder (KAICHANG_DATA).',
  },
  'backup.is_export': {
    status: 422,
    zh: '这是社区「{community}」的导出，不是整个系统的备份。请用 kaichang import。',
    en: 'This is the export of the community “{community}”, not a whole backup. Use kaichang import.',
  },
  'backup.is_whole': {
    status: 422,
    zh: '这是整个系统的备份，不是一个社区的导出。请用 kaichang restore。',
    en: 'This is a backup of a whole installation, not the export of a community. Use kaichang restore.',
  },
  'backup.newer': {
    status: 422,
    zh: '这份备份来自更新的版本（{migration}）。请先更新开场，再恢复。',
    en: 'This backup is from a newer version ({migration}). Update Kaichang first, then restore.',
  },
  // the machine
  'document.missing_glyphs': {
    status: 422,
    zh: '这些字字库里没有，印出来会是空框：{characters}。请换一种写法，或在胸牌称呼里改写。',
    en: 'The font lacks these characters and would print boxes: {characters}. Use another spelling for the badge.',
  },
  'machine.database_away': {
    status: 503,
    zh: '数据库暂时连不上。没有保存的内容还在页面上，过几秒再试一次。',
    en: 'The database cannot be reached for the moment. What was not saved is still on the page; try again in a few seconds.',
  },
  'machine.disk_full': {
    status: 507,
    zh: '服务器磁盘快满了，为了不丢数据先不收新内容。请通知管理员清出空间。',
    en: 'The server’s disk is nearly full, so nothing new is accepted lest something be lost. Please tell the administrator.',
  },
  'machine.unknown': {
    status: 500,
    zh: '我们这边出了错，已经记下（编号 {id}）。您的内容没有丢，请稍后再试。',
    en: 'Something went wrong on our side and was noted (number {id}). Please try again later.',
  },
})

export type ErrorCode = keyof typeof catalogue
