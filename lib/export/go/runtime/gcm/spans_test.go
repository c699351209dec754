package gcm

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestSpansAreOTLP(t *testing.T) {
	hostile := "\"}]}\n\u2028</script>\x00\xff"
	batch := []span{
		{service: hostile, name: hostile, kind: kindServer, baggage: Baggage{trace: traceID{1, 2}, span: 3}, begin: anchor, duration: 1500, model: 1e300},
		{service: "b", name: "y", kind: kindClient, baggage: Baggage{trace: traceID{1, 2}, parent: 3, span: 4}, begin: anchor, duration: 0.25, model: math.SmallestNonzeroFloat64, failed: true},
		{service: hostile, name: "z", kind: kindServer, baggage: Baggage{trace: traceID{1, 2}, parent: 4, span: 5}, begin: anchor},
	}
	var read struct {
		ResourceSpans []struct {
			Resource struct {
				Attributes []struct{ Value struct{ StringValue string } }
			}
			ScopeSpans []struct {
				Spans []struct {
					TraceID, SpanID, ParentSpanID, Name string
					Kind                                int
					StartTimeUnixNano, EndTimeUnixNano  json.Number
					Status                              struct{ Code int }
				}
			}
		}
	}
	line := otlp(batch)
	if err := json.Unmarshal(line, &read); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	if len(read.ResourceSpans) != 2 || len(read.ResourceSpans[0].ScopeSpans[0].Spans) != 2 {
		t.Fatalf("%s", line)
	}
	first := read.ResourceSpans[0].ScopeSpans[0].Spans[0]
	begin, _ := first.StartTimeUnixNano.Int64()
	end, _ := first.EndTimeUnixNano.Int64()
	if first.TraceID != "00000000000000010000000000000002" || first.SpanID != "0000000000000003" || first.ParentSpanID != "" || end-begin != 1_500_000 {
		t.Errorf("%+v", first)
	}
	other := read.ResourceSpans[1].ScopeSpans[0].Spans[0]
	if other.Kind != kindClient || other.Status.Code != 2 || other.ParentSpanID != "0000000000000003" {
		t.Errorf("%+v", other)
	}
	for i := range line {
		if line[i] == '\n' {
			t.Fatal("a batch is more than one line")
		}
	}
}

func TestAFullDiskLeavesWholeLines(t *testing.T) {
	file, err := os.OpenFile(filepath.Join(t.TempDir(), "spans.jsonl"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	// Files may grow to 1100 bytes, and a write that crosses that takes what fits.
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Skip(err)
	}
	limited := before
	limited.Cur = 1100
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Skip(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before)
	defer func() { spans.file, spans.spans, spans.dropped = nil, nil, 0 }()
	spans.file = file
	for _, size := range []int{2, 5, 1} {
		for range size {
			record(span{service: "s", name: "n", kind: kindServer, begin: anchor})
		}
		flush()
	}
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if len(lines) != 3 || lines[2] != "" || spans.dropped != 5 {
		t.Fatalf("%d spans were lost, of lines %q", spans.dropped, lines)
	}
	for _, line := range lines[:2] {
		if !json.Valid([]byte(line)) {
			t.Errorf("%q is half a line", line)
		}
	}
}

func TestSpansThatCannotBeWrittenAreCounted(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no full disk here")
	}
	defer full.Close()
	defer func() { spans.file, spans.spans, spans.dropped = nil, nil, 0 }()
	spans.file = full
	for range 3 {
		record(span{service: "s", name: "n", kind: kindServer, begin: anchor})
	}
	flush()
	if spans.dropped != 3 || len(spans.spans) != 0 {
		t.Errorf("%d spans were lost, and %d are kept", spans.dropped, len(spans.spans))
	}
}
