package gcm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
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
		if err := writeWhole(spans.file, append(line, '\n')); err != nil {
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

// writeWhole appends a line to a file, or nothing of it: a disk that fills up takes half of it, which is taken back.
func writeWhole(file *os.File, line []byte) error {
	written, err := file.Write(line)
	if err == nil || written == 0 {
		return err
	}
	if info, failed := file.Stat(); failed == nil {
		if failed = file.Truncate(info.Size() - int64(written)); failed != nil {
			return fmt.Errorf("%w; half a line stays: %v", err, failed)
		}
	}
	return err
}

// otlp is a batch as OTLP JSON, put together by hand: reflection would take the cores from work.
func otlp(batch []span) []byte {
	var order []string
	byService := map[string][]byte{}
	for i := range batch {
		s := &batch[i]
		text, known := byService[s.service]
		if !known {
			order = append(order, s.service)
		} else {
			text = append(text, ',')
		}
		byService[s.service] = s.otlp(text)
	}
	line := append(make([]byte, 0, 512*len(batch)), `{"resourceSpans":[`...)
	for i, service := range order {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, `{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":`...)
		line = appendText(line, service)
		line = append(line, `}}]},"scopeSpans":[{"scope":{"name":"palette"},"spans":[`...)
		line = append(line, byService[service]...)
		line = append(line, `]}]}`...)
	}
	return append(line, `]}`...)
}

func (s *span) otlp(line []byte) []byte {
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
	line = fmt.Appendf(line, `{"traceId":"%016x%016x","spanId":"%016x"`, s.baggage.trace.high, s.baggage.trace.low, s.baggage.span)
	if s.baggage.parent != 0 {
		line = fmt.Appendf(line, `,"parentSpanId":"%016x"`, s.baggage.parent)
	}
	line = append(line, `,"name":`...)
	line = appendText(line, s.name)
	line = fmt.Appendf(line, `,"kind":%d,"startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[`, s.kind, start, start+duration)
	line = appendNumber(line, "palette.model_us", s.model)
	if settings.corrections == correctionsLog {
		line = append(line, ',')
		line = appendNumber(line, "palette.deviation_us", s.duration-s.model)
	}
	line = append(line, ']')
	if s.failed {
		line = append(line, `,"status":{"code":2}`...)
	}
	return append(line, '}')
}

func appendText(line []byte, text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return append(line, quoted...)
}

func appendNumber(line []byte, key string, value float64) []byte {
	line = append(line, `{"key":"`...)
	line = append(line, key...)
	line = append(line, `","value":{"doubleValue":`...)
	line = strconv.AppendFloat(line, value, 'g', -1, 64)
	return append(line, `}}`...)
}
