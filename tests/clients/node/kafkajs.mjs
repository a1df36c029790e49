// The driver of kafkajs. It brings gzip; other codecs are plugged in as its documentation says.
import zlib from 'node:zlib'
import * as drive from './drive.mjs'

const kafkajs = drive.load('kafkajs')
const lz4 = drive.load('lz4-napi')
const { CompressionTypes, CompressionCodecs } = kafkajs
CompressionCodecs[CompressionTypes.Snappy] = drive.load('kafkajs-snappy')
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: encoder => lz4.compressFrame(encoder.buffer),
  decompress: buffer => lz4.decompressFrame(buffer)
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async encoder => zlib.zstdCompressSync(encoder.buffer),
  decompress: async buffer => zlib.zstdDecompressSync(buffer)
})
const compressions = {
  none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy, lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD
}

const args = drive.parse()
const kafka = new kafkajs.Kafka({
  brokers: [args.bootstrap], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 5, initialRetryTime: 100 }
})

async function make(codec) {
  const producer = kafka.producer({
    idempotent: args.mode !== 'produce',
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    ...(args.mode === 'produce' ? {} : { maxInFlightRequests: 1 }),
    ...(args.mode === 'transactional' ? { transactionalId: `${args.group}-${codec}` } : {})
  })
  await producer.connect()
  return producer
}

const explain = error => ({ error: error.type ?? error.name, code: error.code ?? 0, message: error.message })

async function send(sender, codec, topic, number, records) {
  return drive.calls(args, codec, number, records, async part => {
    const results = await sender.send({ topic, compression: compressions[codec], messages: part, timeout: drive.deliveryMs })
    return Object.fromEntries(results.map(r => [r.partition, Number(r.baseOffset)]))
  }, explain)
}

async function transact(producer, codec, topic, number, records) {
  let good = false
  let error = null
  try {
    const transaction = await producer.transaction()
    good = await send(transaction, codec, topic, number, records)
    await (good ? transaction.commit() : transaction.abort())
  } catch (problem) {
    good = false
    error = String(problem)
  }
  drive.tell('transaction', { codec, round: number, committed: good, error })
  return good
}

async function consume() {
  const consumer = kafka.consumer({ groupId: args.group, maxWaitTimeInMs: 200 })
  await consumer.connect()
  await consumer.subscribe({ topics: args.topics, fromBeginning: true })
  const reading = drive.reading(args.count)
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => reading.read(topic, partition, message.offset, message.value)
  })
  await reading.done
  await consumer.stop() // commits what was handled
  await consumer.disconnect()
}

drive.client('kafkajs', 'kafkajs')
if (args.writes) {
  await drive.rounds(args, make, args.mode === 'transactional' ? transact : send, producer => producer.disconnect())
} else {
  await consume()
}
drive.end()
