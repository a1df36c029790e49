// The driver of sarama.
package main

import (
	"context"
	"errors"

	"github.com/IBM/sarama"

	"assay.test/clients/drive"
)

var codecs = map[string]sarama.CompressionCodec{
	"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
	"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
}

func config() *sarama.Config {
	c := sarama.NewConfig()
	c.Version = sarama.MaxVersion
	return c
}

func producer(a drive.Args, codec string) sarama.AsyncProducer {
	c := config()
	c.Producer.Partitioner = sarama.NewManualPartitioner
	c.Producer.Compression = codecs[codec]
	c.Producer.RequiredAcks = sarama.WaitForAll
	c.Producer.Return.Successes = true
	c.Producer.Flush.Frequency = drive.Linger
	if a.Single {
		c.Producer.Flush.Frequency = 0
		c.Producer.Flush.MaxMessages = 1
	}
	if a.Mode != "produce" {
		c.Producer.Idempotent = true
		c.Net.MaxOpenRequests = 1
	}
	if a.Mode == "transactional" {
		c.Producer.Transaction.ID = a.Group + "-" + codec
	}
	made, err := sarama.NewAsyncProducer([]string{a.Bootstrap}, c)
	drive.Must(err)
	return made
}

func failed(codec string, round, index int, err error) {
	var known sarama.KError
	if errors.As(err, &known) {
		drive.Failed(codec, round, index, "KError", int(known), err.Error())
		return
	}
	drive.Failed(codec, round, index, "error", 0, err.Error())
}

func send(p sarama.AsyncProducer, codec, topic string, round int, records []drive.Record) bool {
	go func() {
		for i, record := range records {
			p.Input() <- &sarama.ProducerMessage{Topic: topic, Partition: record.Partition,
				Value: sarama.StringEncoder(record.Value), Metadata: i}
		}
	}()
	good := true
	for range records {
		select {
		case m := <-p.Successes():
			drive.Acked(codec, round, m.Metadata.(int), m.Offset)
		case e := <-p.Errors():
			good = false
			failed(codec, round, e.Msg.Metadata.(int), e.Err)
		}
	}
	return good
}

func transact(p sarama.AsyncProducer, codec, topic string, round int, records []drive.Record) bool {
	err := p.BeginTxn()
	good := false
	if err == nil {
		good = send(p, codec, topic, round, records)
		if good {
			err = p.CommitTxn()
		} else {
			err = p.AbortTxn()
		}
	}
	drive.Transaction(codec, round, good && err == nil, err)
	return good && err == nil
}

func produce(a drive.Args) {
	for i, codec := range a.Codecs {
		p := producer(a, codec)
		for round, records := range a.Rounds {
			one := send
			if a.Mode == "transactional" {
				one = transact
			}
			if !one(p, codec, a.Topics[i], round, records) && a.Fresh {
				p.AsyncClose()
				p = producer(a, codec)
			}
		}
		p.AsyncClose()
	}
}

func consume(a drive.Args) {
	consumer, err := sarama.NewConsumer([]string{a.Bootstrap}, config())
	drive.Must(err)
	messages := make(chan *sarama.ConsumerMessage)
	for _, topic := range a.Topics {
		for _, partition := range drive.Partitions {
			one, err := consumer.ConsumePartition(topic, partition, sarama.OffsetOldest)
			drive.Must(err)
			go func() {
				for m := range one.Messages() {
					messages <- m
				}
			}()
		}
	}
	reading := drive.NewReading(a.Count)
	deadline, cancel := context.WithDeadline(context.Background(), reading.Deadline())
	defer cancel()
	for reading.GoingOn() {
		select {
		case m := <-messages:
			reading.Read(m.Topic, m.Partition, m.Offset, m.Value)
		case <-deadline.Done():
		}
	}
}

// member is one of a consumer group: it hands on what it is given, and marks it.
type member struct{ messages chan *sarama.ConsumerMessage }

func (m member) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (m member) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (m member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			select {
			case m.messages <- message:
				session.MarkMessage(message, "")
			case <-session.Context().Done():
				return nil
			}
		case <-session.Context().Done():
			return nil
		}
	}
}

func group(a drive.Args) {
	c := config()
	c.Consumer.Offsets.Initial = sarama.OffsetOldest
	consumers, err := sarama.NewConsumerGroup([]string{a.Bootstrap}, a.Group, c)
	drive.Must(err)
	reading := drive.NewReading(a.Count)
	deadline, cancel := context.WithDeadline(context.Background(), reading.Deadline())
	m := member{make(chan *sarama.ConsumerMessage)}
	ended := make(chan error, 1)
	go func() { ended <- consumers.Consume(deadline, a.Topics, m) }()
	for reading.GoingOn() {
		select {
		case message := <-m.messages:
			reading.Read(message.Topic, message.Partition, message.Offset, message.Value)
		case err := <-ended:
			drive.Must(err)
		case <-deadline.Done():
		}
	}
	cancel()
	drive.Must(consumers.Close()) // commits what was marked
}

func main() {
	a := drive.Parse()
	drive.Client("sarama", "github.com/IBM/sarama")
	switch {
	case a.Produces():
		produce(a)
	case a.Mode == "group":
		group(a)
	default:
		consume(a)
	}
	drive.End()
}
