// What the drivers of the Node clients share: the command line, the rounds on standard input, a line per event.
// See tests/clients/README.md. Packages are found where the tests have installed them (NODE_PACKAGES).
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'

export const load = createRequire(`${process.env.NODE_PACKAGES}/package.json`)

export const lingerMs = 150
export const deliveryMs = 15_000
export const readMs = 25_000
const produces = ['produce', 'idempotent', 'transactional']

export function parse() {
  const text = { type: 'string' }
  const flag = { type: 'boolean', default: false }
  const { values } = parseArgs({
    options: {
      bootstrap: text, topic: text, mode: text, codec: text, group: text, count: text, fresh: flag, again: flag, single: flag
    }
  })
  const codecs = values.codec.split(',')
  const writes = produces.includes(values.mode)
  return {
    ...values,
    codecs,
    topics: codecs.map(codec => `${values.topic}.${codec}`),
    count: Number(values.count),
    writes,
    rounds: writes ? JSON.parse(readFileSync(0, 'utf8')) : []
  }
}

export function tell(event, values = {}) {
  process.stdout.write(JSON.stringify({ event, ...values }) + '\n')
}

export function client(name, packageName) {
  const manifest = readFileSync(`${process.env.NODE_PACKAGES}/node_modules/${packageName}/package.json`, 'utf8')
  tell('client', { name, version: JSON.parse(manifest).version })
}

// A driver ends by itself; what its client still holds open does not keep it.
export function end() {
  process.stdout.write(JSON.stringify({ event: 'end' }) + '\n', () => process.exit(0))
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

// Each round of each codec in turn. `make(codec)` -> producer; `one(producer, codec, topic, number, records)` -> all good?
export async function rounds(args, make, one, close) {
  for (const [i, codec] of args.codecs.entries()) {
    let producer = await make(codec)
    for (const [number, records] of args.rounds.entries()) {
      const good = await one(producer, codec, args.topics[i], number, records)
      if (args.fresh && !good) {
        await close(producer)
        producer = await make(codec)
      }
    }
    await close(producer)
  }
}

// Sends a round by calls, each of which is one outcome for all of its records, and tells the outcome of each record.
// `send(records)` -> {partition: offset of the call's first record in it}; it throws when any of them failed.
export async function calls(args, codec, number, records, send, explain) {
  const groups = args.single ? records.map((record, i) => [[i, record]]) : [[...records.entries()]]
  const outcomes = await Promise.all(groups.map(async group => {
    try {
      const offsets = await send(group.map(([, record]) => record))
      for (const [index, record] of group) {
        tell('record', { codec, round: number, index, acked: true, offset: offsets[record.partition]++ })
      }
      return true
    } catch (error) {
      for (const [index] of group) tell('record', { codec, round: number, index, acked: false, ...explain(error) })
      return false
    }
  }))
  return outcomes.every(Boolean)
}

// Counts what was read; `done` resolves at the count or at the deadline.
export function reading(count) {
  let left = count
  let finish
  const done = new Promise(resolve => { finish = resolve })
  setTimeout(finish, readMs).unref()
  return {
    done,
    read(topic, partition, offset, value) {
      tell('read', { topic, partition, offset: Number(offset), value: value.toString() })
      if (--left === 0) finish()
    }
  }
}
