// Package drive is what the Go clients' drivers share: the command line, the rounds on standard input, a line per event.
// See tests/clients/README.md.
package drive

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

const (
	Linger   = 150 * time.Millisecond
	Delivery = 15 * time.Second
	reading  = 25 * time.Second
)

// Partitions of every topic.
var Partitions = []int32{0, 1}

// Record is one of a round.
type Record struct {
	Partition int32  `json:"partition"`
	Value     string `json:"value"`
}

// Args are the command line, and the rounds where the mode produces.
type Args struct {
	Bootstrap, Mode, Group string
	Codecs, Topics         []string
	Count                  int
	Fresh, Single          bool
	Rounds                 [][]Record
}

// Parse reads the command line and, for a mode that produces, standard input.
func Parse() Args {
	var a Args
	topic, codecs := "", ""
	flag.StringVar(&a.Bootstrap, "bootstrap", "", "")
	flag.StringVar(&topic, "topic", "", "")
	flag.StringVar(&a.Mode, "mode", "", "")
	flag.StringVar(&codecs, "codec", "", "")
	flag.StringVar(&a.Group, "group", "", "")
	flag.IntVar(&a.Count, "count", 0, "")
	flag.BoolVar(&a.Fresh, "fresh", false, "")
	flag.BoolVar(&a.Single, "single", false, "")
	flag.Parse()
	a.Codecs = strings.Split(codecs, ",")
	for _, codec := range a.Codecs {
		a.Topics = append(a.Topics, topic+"."+codec)
	}
	if a.Produces() {
		Must(json.NewDecoder(os.Stdin).Decode(&a.Rounds))
	}
	return a
}

// Produces tells whether the mode writes.
func (a Args) Produces() bool {
	return a.Mode == "produce" || a.Mode == "idempotent" || a.Mode == "transactional"
}

// Must ends the driver when something that is no outcome of a record fails.
func Must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func tell(event map[string]any) {
	line, err := json.Marshal(event)
	Must(err)
	fmt.Println(string(line))
}

// Client tells which module, at which version, this driver was built with.
func Client(name, module string) {
	version := ""
	if built, ok := debug.ReadBuildInfo(); ok {
		for _, each := range built.Deps {
			if each.Path == module {
				version = strings.TrimPrefix(each.Version, "v")
			}
		}
	}
	tell(map[string]any{"event": "client", "name": name, "version": version})
}

// Acked and Failed tell the outcome of a record.
func Acked(codec string, round, index int, offset int64) {
	tell(map[string]any{"event": "record", "codec": codec, "round": round, "index": index, "acked": true, "offset": offset})
}

func Failed(codec string, round, index int, name string, code int, message string) {
	tell(map[string]any{"event": "record", "codec": codec, "round": round, "index": index, "acked": false,
		"error": name, "code": code, "message": message})
}

// Transaction tells how one ended.
func Transaction(codec string, round int, committed bool, err error) {
	event := map[string]any{"event": "transaction", "codec": codec, "round": round, "committed": committed, "error": nil}
	if err != nil {
		event["error"] = err.Error()
	}
	tell(event)
}

// Reading counts what was read, and ends at the count or at the deadline.
type Reading struct {
	left int
	end  time.Time
}

func NewReading(count int) *Reading { return &Reading{count, time.Now().Add(reading)} }

func (r *Reading) GoingOn() bool { return r.left > 0 && time.Now().Before(r.end) }

func (r *Reading) Deadline() time.Time { return r.end }

func (r *Reading) Read(topic string, partition int32, offset int64, value []byte) {
	r.left--
	tell(map[string]any{"event": "read", "topic": topic, "partition": partition, "offset": offset, "value": string(value)})
}

// End tells that all went as it should.
func End() { tell(map[string]any{"event": "end"}) }
