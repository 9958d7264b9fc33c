import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { archive, handOver, recap } from './life/after.ts'
import { begin, openDoors, people, plan, programmeAndPage } from './life/before.ts'
import { door, register, stage } from './life/day.ts'
import { beginLife, type Life } from './life/life.ts'

// The Nanning event's whole life, through pages alone. Each part goes on where the one before it stopped.
let life: Life
beforeAll(async () => {
  life = await beginLife()
})
afterAll(() => life.close())
afterEach(() => {
  expect([life.organiser, life.phone, life.laptop, life.helper].flatMap((one) => one.takeTrouble())).toEqual([])
  expect(life.site.log.filter((line) => !line.includes(' ms '))).toEqual([])
})

test('a link at the start, a community, six questions', () => begin(life))
test('a proposal and a plan', () => plan(life))
test('people who help, a partner, an introduction', () => people(life))
test('the programme and its page', () => programmeAndPage(life))
test('registration opens', () => openDoors(life))
test('registered on a phone without script, cancelled, registered again', () => register(life))
test('at the door', () => door(life))
test('on stage, over by 6:42', () => stage(life))
test('a folder of recordings', () => archive(life))
test('the recap', () => recap(life))
test('a copy to another city', () => handOver(life))
