// The driver of franz-go.
package main

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"assay.test/clients/drive"
)

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

func producer(a drive.Args, codec string) *kgo.Client {
	options := []kgo.Opt{
		kgo.SeedBrokers(a.Bootstrap), kgo.ProducerBatchCompression(codecs[codec]), kgo.ProducerLinger(drive.Linger),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.RecordDeliveryTimeout(drive.Delivery),
	}
	if a.Mode == "produce" {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	if a.Single { // the least that it allows; the tests' records fill it one by one
		options = append(options, kgo.ProducerLinger(0), kgo.ProducerBatchMaxBytes(512))
	}
	if a.Mode == "transactional" {
		options = append(options, kgo.TransactionalID(a.Group+"-"+codec))
	}
	client, err := kgo.NewClient(options...)
	drive.Must(err)
	return client
}

func failed(codec string, round, index int, err error) {
	var known *kerr.Error
	if errors.As(err, &known) {
		drive.Failed(codec, round, index, known.Message, int(known.Code), err.Error())
		return
	}
	drive.Failed(codec, round, index, "error", 0, err.Error())
}

func send(client *kgo.Client, codec, topic string, round int, records []drive.Record) bool {
	sent := make([]*kgo.Record, len(records))
	indexes := map[*kgo.Record]int{}
	for i, record := range records {
		sent[i] = &kgo.Record{Topic: topic, Partition: record.Partition, Value: []byte(record.Value)}
		indexes[sent[i]] = i
	}
	good := true
	for _, result := range client.ProduceSync(context.Background(), sent...) {
		if result.Err != nil {
			good = false
			failed(codec, round, indexes[result.Record], result.Err)
		} else {
			drive.Acked(codec, round, indexes[result.Record], result.Record.Offset)
		}
	}
	return good
}

func transact(client *kgo.Client, codec, topic string, round int, records []drive.Record) bool {
	err := client.BeginTransaction()
	good := false
	if err == nil {
		good = send(client, codec, topic, round, records)
		err = client.EndTransaction(context.Background(), kgo.TransactionEndTry(good))
	}
	drive.Transaction(codec, round, good && err == nil, err)
	return good && err == nil
}

func produce(a drive.Args) {
	for i, codec := range a.Codecs {
		client := producer(a, codec)
		for round, records := range a.Rounds {
			one := send
			if a.Mode == "transactional" {
				one = transact
			}
			if !one(client, codec, a.Topics[i], round, records) && a.Fresh {
				client.Close()
				client = producer(a, codec)
			}
		}
		client.Close()
	}
}

func consume(a drive.Args) {
	start := kgo.NewOffset().AtStart()
	options := []kgo.Opt{kgo.SeedBrokers(a.Bootstrap), kgo.ConsumeResetOffset(start)}
	switch a.Mode {
	case "consume":
		partitions := map[string]map[int32]kgo.Offset{}
		for _, topic := range a.Topics {
			partitions[topic] = map[int32]kgo.Offset{}
			for _, partition := range drive.Partitions {
				partitions[topic][partition] = start
			}
		}
		options = append(options, kgo.ConsumePartitions(partitions))
	case "share":
		options = append(options, kgo.ShareGroup(a.Group), kgo.ConsumeTopics(a.Topics...))
	case "group-new":
		options = append(options, kgo.ServerSideBalancer(), kgo.Balancers(kgo.RangeBalancer()))
		fallthrough
	default:
		options = append(options, kgo.ConsumerGroup(a.Group), kgo.ConsumeTopics(a.Topics...), kgo.DisableAutoCommit())
	}
	client, err := kgo.NewClient(options...)
	drive.Must(err)
	reading := drive.NewReading(a.Count)
	deadline, cancel := context.WithDeadline(context.Background(), reading.Deadline())
	defer cancel()
	for reading.GoingOn() {
		fetches := client.PollFetches(deadline)
		fetches.EachRecord(func(r *kgo.Record) { reading.Read(r.Topic, r.Partition, r.Offset, r.Value) })
		if a.Mode == "share" {
			client.MarkAcks(kgo.AckAccept, fetches.Records()...)
			drive.Must(client.FlushAcks(context.Background()))
		}
	}
	if a.Mode == "group" || a.Mode == "group-new" {
		drive.Must(client.CommitUncommittedOffsets(context.Background()))
	}
	client.Close()
}

func main() {
	a := drive.Parse()
	drive.Client("franz-go", "github.com/twmb/franz-go")
	if a.Produces() {
		produce(a)
	} else {
		consume(a)
	}
	drive.End()
}
