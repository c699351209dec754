package gcm

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"time"
)

const (
	correctionsOff = "off"
	correctionsOn  = "on"
	correctionsLog = "log"

	clockWall = "wall"
	clockCPU  = "cpu"
)

type settingsType struct {
	// corrections: on takes measured deviations off the own time that is left; log only says what they would be.
	corrections string
	// scale is how many times slower than the model everything runs.
	scale float64
	// hop is what a call between services costs on this testbed, and wake how late work ends there, µs that really pass.
	hop, wake float64
	// work overrides the kind of work of all APIs.
	work string
	// clock says by which clock work ends: at its deadline, or once its thread has worked as long as was left until then.
	clock string
	// dry runs draw without spending time.
	dry bool
}

var settings = settingsType{corrections: correctionsOn, scale: 1, clock: clockWall}

var (
	configured     sync.Once
	configureError error
)

// configureOnce reads the settings for processes whose main does not: it is Blueprint's, which knows nothing of them.
func configureOnce() error {
	configured.Do(func() { configureError = configure() })
	return configureError
}

// Configure reads the settings of this process: PALETTE_CORRECTIONS (on, off or log), PALETTE_TIME_SCALE, PALETTE_HOP_US,
// PALETTE_WAKE_US, PALETTE_WORK (cpu, memory, disk or sleep, for all APIs), PALETTE_CLOCK (wall, or cpu for work that ends
// by its thread's CPU time), PALETTE_SPANS (a folder for spans), PALETTE_PROCESS (the name of their file) and
// OTEL_EXPORTER_OTLP_ENDPOINT. It returns a function that drains and flushes.
func Configure() (func(), error) {
	if err := configureOnce(); err != nil {
		return nil, err
	}
	return func() {
		Drain()
		flushAll()
	}, nil
}

// leastProcs is how many goroutines of a process may work at once, however few the cores are: one that has to wait for
// another's turn, or for the network to be looked at, is late by up to 10 ms.
const leastProcs = 16

func configure() error {
	runtime.GOMAXPROCS(max(leastProcs, runtime.GOMAXPROCS(0)))
	// Executions leave little behind: collecting rarely keeps the collector out of latencies.
	debug.SetGCPercent(1600)
	if value := os.Getenv("PALETTE_CORRECTIONS"); value != "" {
		if value != correctionsOn && value != correctionsOff && value != correctionsLog {
			return fmt.Errorf("gcm: PALETTE_CORRECTIONS %q is not on, off or log", value)
		}
		settings.corrections = value
	}
	if value := os.Getenv("PALETTE_WORK"); value != "" {
		if !knownWork(value) {
			return fmt.Errorf("gcm: PALETTE_WORK %q is not cpu, memory, disk or sleep", value)
		}
		settings.work = value
	}
	if value := os.Getenv("PALETTE_CLOCK"); value != "" {
		if value != clockWall && value != clockCPU {
			return fmt.Errorf("gcm: PALETTE_CLOCK %q is not wall or cpu", value)
		}
		if value == clockCPU && !hasThreadClock {
			return fmt.Errorf("gcm: PALETTE_CLOCK cpu needs Linux: this is %s", runtime.GOOS)
		}
		settings.clock = value
	}
	for name, target := range map[string]*float64{
		"PALETTE_TIME_SCALE": &settings.scale, "PALETTE_HOP_US": &settings.hop, "PALETTE_WAKE_US": &settings.wake,
	} {
		if text := os.Getenv(name); text != "" {
			value, err := strconv.ParseFloat(text, 64)
			if err != nil || !(value >= 0 && value <= 1e6) || (name == "PALETTE_TIME_SCALE" && value == 0) {
				return fmt.Errorf("gcm: %s %q is not a number in range", name, text)
			}
			*target = value
		}
	}
	return openSpans(os.Getenv("PALETTE_SPANS"), os.Getenv("PALETTE_PROCESS"), os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
}

// Dry makes executions draw without spending time, and hands every one that ends to `each`.
func Dry(each func(trace string, service, api string, micros float64)) {
	settings.dry = true
	settings.corrections = correctionsOn
	observe = each
}

// goTimers is by how much Go's own timers may come late.
const goTimers = 2 * time.Millisecond

// waitUntil sleeps, and spins for the last moment, which a sleep would miss.
func waitUntil(deadline time.Time) {
	if left := time.Until(deadline); left > 2*goTimers {
		time.Sleep(left - goTimers)
	}
	for {
		left := time.Until(deadline)
		if left <= sleepMargin {
			break
		}
		sleepShort(left - sleepMargin)
	}
	for time.Now().Before(deadline) {
		yield()
	}
}
