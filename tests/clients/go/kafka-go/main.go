// The driver of segmentio/kafka-go.
package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"assay.test/clients/drive"
)

var codecs = map[string]kafka.Compression{"gzip": kafka.Gzip, "snappy": kafka.Snappy, "lz4": kafka.Lz4, "zstd": kafka.Zstd}

const maxWait = 200 * time.Millisecond // it waits so long for more, 10 s by default

// manual sends a message to the partition that goes with its value.
type manual struct{ partition map[string]int }

func (m manual) Balance(message kafka.Message, _ ...int) int {
	return m.partition[string(message.Value)]
}

func send(w *kafka.Writer, codec, topic string, round int, records []drive.Record) {
	partition := map[string]int{}
	messages := make([]kafka.Message, len(records))
	for i, record := range records {
		partition[record.Value] = int(record.Partition)
		messages[i] = kafka.Message{Topic: topic, Value: []byte(record.Value)}
	}
	w.Balancer = manual{partition}
	told := map[string]int64{}
	var lock sync.Mutex
	w.Completion = func(done []kafka.Message, err error) {
		lock.Lock()
		defer lock.Unlock()
		for _, message := range done {
			if err == nil {
				told[string(message.Value)] = message.Offset
			}
		}
	}
	err := w.WriteMessages(context.Background(), messages...)
	var each kafka.WriteErrors
	errors.As(err, &each)
	for i, record := range records {
		problem := err
		if each != nil {
			problem = each[i]
		}
		if problem == nil {
			lock.Lock()
			drive.Acked(codec, round, i, told[record.Value])
			lock.Unlock()
			continue
		}
		var known kafka.Error
		errors.As(problem, &known)
		drive.Failed(codec, round, i, "kafka.Error", int(known), problem.Error())
	}
}

func produce(a drive.Args) {
	for i, codec := range a.Codecs {
		w := &kafka.Writer{Addr: kafka.TCP(a.Bootstrap), Compression: codecs[codec], BatchTimeout: drive.Linger,
			RequiredAcks: kafka.RequireAll}
		for round, records := range a.Rounds {
			send(w, codec, a.Topics[i], round, records)
		}
		drive.Must(w.Close())
	}
}

// readers: one for each partition, or one of the group.
func readers(a drive.Args) []*kafka.Reader {
	if a.Mode == "group" {
		return []*kafka.Reader{kafka.NewReader(kafka.ReaderConfig{Brokers: []string{a.Bootstrap}, GroupID: a.Group, MaxWait: maxWait,
			GroupTopics: a.Topics, StartOffset: kafka.FirstOffset})}
	}
	var all []*kafka.Reader
	for _, topic := range a.Topics {
		for _, partition := range drive.Partitions {
			all = append(all, kafka.NewReader(kafka.ReaderConfig{Brokers: []string{a.Bootstrap}, Topic: topic, MaxWait: maxWait,
				Partition: int(partition), StartOffset: kafka.FirstOffset}))
		}
	}
	return all
}

func consume(a drive.Args) {
	reading := drive.NewReading(a.Count)
	deadline, cancel := context.WithDeadline(context.Background(), reading.Deadline())
	defer cancel()
	messages := make(chan kafka.Message)
	all := readers(a)
	for _, reader := range all {
		go func() {
			for {
				message, err := reader.FetchMessage(deadline)
				if err != nil {
					return
				}
				messages <- message
			}
		}()
	}
	var seen []kafka.Message
	for reading.GoingOn() {
		select {
		case m := <-messages:
			seen = append(seen, m)
			reading.Read(m.Topic, int32(m.Partition), m.Offset, m.Value)
		case <-deadline.Done():
		}
	}
	if a.Mode == "group" {
		drive.Must(all[0].CommitMessages(context.Background(), seen...))
	}
	for _, reader := range all {
		drive.Must(reader.Close())
	}
}

func main() {
	a := drive.Parse()
	drive.Client("kafka-go", "github.com/segmentio/kafka-go")
	if a.Produces() {
		produce(a)
	} else {
		consume(a)
	}
	drive.End()
}
