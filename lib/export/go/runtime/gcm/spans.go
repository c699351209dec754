package gcm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	kindServer = 2
	kindClient = 3
	// epoch is where times stand still under a time scale, seconds since 1970, so that all processes agree.
	epoch = 1_700_000_000
)

type span struct {
	service, name string
	kind          int
	baggage       Baggage
	begin         time.Time
	// duration, grain and model latency are µs of the model.
	duration, grain, model float64
	failed                 bool
}

// anchor ties monotonic differences to the wall clock, once a process, so that spans nest.
var anchor = time.Now()

// observe takes executions of dry runs.
var observe func(trace, service, api string, micros float64)

type recorder struct {
	mutex   sync.Mutex
	file    *os.File
	address string
	spans   []span
	dropped int
	stop    chan struct{}
	stopped chan struct{}
}

var spans recorder

func record(s span) {
	if settings.dry {
		if observe != nil && s.kind == kindServer {
			observe(fmt.Sprintf("%016x%016x", s.baggage.trace.high, s.baggage.trace.low), s.service, s.name, s.model)
		}
		return
	}
	if spans.file == nil && spans.address == "" {
		return
	}
	spans.mutex.Lock()
	spans.spans = append(spans.spans, s)
	spans.mutex.Unlock()
}

// openSpans starts the writer: OTLP JSON lines in a folder, and OTLP over HTTP to a collector's address.
func openSpans(folder, process, address string) error {
	if folder == "" && address == "" {
		return nil
	}
	if folder != "" {
		if process == "" {
			process = fmt.Sprintf("process-%d", os.Getpid())
		}
		file, err := os.OpenFile(filepath.Join(folder, process+".jsonl"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
		if err != nil {
			return fmt.Errorf("gcm: spans: %w", err)
		}
		spans.file = file
	}
	if address != "" {
		spans.address = strings.TrimSuffix(address, "/") + "/v1/traces"
	}
	spans.stop, spans.stopped = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(spans.stopped)
		ticker := time.NewTicker(200 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				flush()
			case <-spans.stop:
				flush()
				return
			}
		}
	}()
	return nil
}

func closeSpans() {
	if spans.stop == nil {
		return
	}
	close(spans.stop)
	<-spans.stopped
	if spans.file != nil {
		if err := spans.file.Close(); err != nil {
			fmt.Fprintf(os.Stderr, "gcm: spans: %v\n", err)
		}
	}
	if spans.dropped > 0 {
		fmt.Fprintf(os.Stderr, "gcm: %d spans were lost\n", spans.dropped)
	}
}

// flush writes the spans that ended since the last one, in a line.
func flush() {
	spans.mutex.Lock()
	batch := spans.spans
	spans.spans = nil
	spans.mutex.Unlock()
	if len(batch) == 0 {
		return
	}
	line := otlp(batch)
	lost := func(err error) {
		if spans.dropped == 0 {
			fmt.Fprintf(os.Stderr, "gcm: spans are being lost: %v\n", err)
		}
		spans.dropped += len(batch)
	}
	if spans.file != nil {
		if _, err := spans.file.Write(append(line, '\n')); err != nil {
			lost(err)
		}
	}
	if spans.address != "" {
		client := http.Client{Timeout: 2 * time.Second}
		response, err := client.Post(spans.address, "application/json", bytes.NewReader(line))
		if err == nil {
			response.Body.Close()
			if response.StatusCode >= 300 {
				err = fmt.Errorf("%s answers %s", spans.address, response.Status)
			}
		}
		if err != nil {
			lost(err)
		}
	}
}

func otlp(batch []span) []byte {
	var order []string
	byService := map[string][]any{}
	for i := range batch {
		s := &batch[i]
		if byService[s.service] == nil {
			order = append(order, s.service)
		}
		byService[s.service] = append(byService[s.service], s.otlp())
	}
	var resources []any
	for _, service := range order {
		resources = append(resources, map[string]any{
			"resource":   map[string]any{"attributes": []any{attribute("service.name", "stringValue", service)}},
			"scopeSpans": []any{map[string]any{"scope": map[string]any{"name": "palette"}, "spans": byService[service]}},
		})
	}
	line, err := json.Marshal(map[string]any{"resourceSpans": resources})
	if err != nil {
		panic(err)
	}
	return line
}

func (s *span) otlp() map[string]any {
	begin := float64(s.begin.Sub(anchor))
	start := int64(float64(anchor.UnixNano()) + begin)
	if settings.scale != 1 {
		wall := anchor.Add(s.begin.Sub(anchor)).UnixNano() - epoch*1e9
		start = epoch*1e9 + int64(float64(wall)/settings.scale)
	}
	duration := int64(s.duration * 1000)
	if s.grain >= 1 {
		grain := int64(s.grain * 1000)
		duration = (duration + grain/2) / grain * grain
	}
	fields := map[string]any{
		"traceId":           fmt.Sprintf("%016x%016x", s.baggage.trace.high, s.baggage.trace.low),
		"spanId":            fmt.Sprintf("%016x", s.baggage.span),
		"name":              s.name,
		"kind":              s.kind,
		"startTimeUnixNano": fmt.Sprint(start),
		"endTimeUnixNano":   fmt.Sprint(start + duration),
		"attributes":        []any{attribute("palette.model_us", "doubleValue", s.model)},
	}
	if settings.corrections == correctionsLog {
		deviation := attribute("palette.deviation_us", "doubleValue", s.duration-s.model)
		fields["attributes"] = append(fields["attributes"].([]any), deviation)
	}
	if s.baggage.parent != 0 {
		fields["parentSpanId"] = fmt.Sprintf("%016x", s.baggage.parent)
	}
	if s.failed {
		fields["status"] = map[string]any{"code": 2}
	}
	return fields
}

func attribute(key, kind string, value any) map[string]any {
	return map[string]any{"key": key, "value": map[string]any{kind: value}}
}
