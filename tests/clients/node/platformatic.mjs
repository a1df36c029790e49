// The driver of @platformatic/kafka.
import * as drive from './drive.mjs'

const { Consumer, Producer, stringSerializers, stringDeserializers } = drive.load('@platformatic/kafka')
const args = drive.parse()
const common = { clientId: 'platformatic-driver', bootstrapBrokers: [args.bootstrap], retries: 5, timeout: drive.deliveryMs }

async function make(codec) {
  return new Producer({
    ...common,
    serializers: stringSerializers,
    idempotent: args.mode !== 'produce',
    ...(args.mode === 'transactional' ? { transactionalId: `${args.group}-${codec}` } : {})
  })
}

// The error of a call holds those of its partitions, and of their records as unknown errors, some levels down.
function leaves(error) {
  return error.errors?.length ? error.errors.flatMap(leaves) : [error]
}

function explain(error) {
  const first = leaves(error).find(each => each.apiCode > 0) ?? error
  const message = leaves(error).map(each => [each.message, each.serverErrorMessage].filter(Boolean).join(': ')).join('; ')
  return { error: first.apiId ?? first.code ?? first.name, code: first.apiCode ?? 0, message }
}

async function send(sender, codec, topic, number, records) {
  return drive.calls(args, codec, number, records, async part => {
    const messages = part.map(({ partition, value }) => ({ topic, partition, value }))
    const { offsets } = await sender.send({ messages, compression: codec, acks: -1 })
    return Object.fromEntries(offsets.map(o => [o.partition, Number(o.offset)]))
  }, explain)
}

async function transact(producer, codec, topic, number, records) {
  let good = false
  let error = null
  try {
    // "None" is -1; it takes 0 when nothing is said, and a transactional id that the broker knows is then fenced off.
    const transaction = await producer.beginTransaction({ producerId: -1n, producerEpoch: -1 })
    good = await send(transaction, codec, topic, number, records)
    await (good ? transaction.commit() : transaction.abort())
  } catch (problem) {
    good = false
    error = explain(problem).message
  }
  drive.tell('transaction', { codec, round: number, committed: good, error })
  return good
}

async function consume() {
  const consumer = new Consumer({
    ...common,
    groupId: args.group,
    groupProtocol: args.mode === 'group-new' ? 'consumer' : 'classic',
    deserializers: stringDeserializers,
    autocommit: false,
    maxWaitTime: 200
  })
  const stream = await consumer.consume({ topics: args.topics, mode: 'committed', fallbackMode: 'earliest' })
  const reading = drive.reading(args.count)
  const commits = []
  stream.on('data', message => {
    reading.read(message.topic, message.partition, message.offset, message.value)
    commits.push(message.commit())
  })
  await reading.done
  await Promise.all(commits)
  await consumer.close(true)
}

drive.client('@platformatic/kafka', '@platformatic/kafka')
if (args.writes) {
  await drive.rounds(args, make, args.mode === 'transactional' ? transact : send, producer => producer.close(true))
} else {
  await consume()
}
drive.end()
