package gcm

import (
	"os"
	"runtime"
	"time"
)

func yield() { runtime.Gosched() }

func knownWork(kind string) bool {
	return kind == "cpu" || kind == "memory" || kind == "disk" || kind == "sleep"
}

// spend spends the time until a deadline by the kinds of work given, in their shares.
func spend(work []WorkShare, deadline time.Time) {
	if settings.work != "" {
		spendOn(settings.work, deadline)
		return
	}
	if len(work) == 0 {
		spendOn("cpu", deadline)
		return
	}
	begin := time.Now()
	left := deadline.Sub(begin)
	share := 0.0
	for i, part := range work {
		share += part.Share
		until := begin.Add(time.Duration(share * float64(left)))
		if i == len(work)-1 {
			until = deadline
		}
		spendOn(part.Kind, until)
	}
}

func spendOn(kind string, deadline time.Time) {
	switch kind {
	case "sleep":
		waitUntil(deadline)
	case "memory":
		walkMemory(deadline)
	case "disk":
		writeDisk(deadline)
	default:
		multiply(deadline)
	}
}

// multiply multiplies 16×16 matrices until the deadline, a few µs a turn.
func multiply(deadline time.Time) {
	var a, b, c [16][16]float64
	for i := range a {
		for j := range a[i] {
			a[i][j], b[i][j] = float64(i+j), float64(i-j)
		}
	}
	for time.Now().Before(deadline) {
		for i := range c {
			for j := range c[i] {
				sum := 0.0
				for k := range b {
					sum += a[i][k] * b[k][j]
				}
				c[i][j] = sum
			}
		}
		a[0][0] = c[15][15] / (1 + c[15][15]*c[15][15])
	}
}

// memory is larger than the caches of most machines.
var memory = make([]byte, 64<<20)

// walkMemory touches a cache line in every page, in an order that prefetchers do not follow.
func walkMemory(deadline time.Time) {
	at := uint64(deadline.UnixNano())
	for time.Now().Before(deadline) {
		for range 64 {
			at = mix(at)
			_ = memory[at%uint64(len(memory))]
		}
	}
}

// writeDisk writes and syncs small blocks of a temporary file. A disk that refuses leaves the time to sleep.
func writeDisk(deadline time.Time) {
	file, err := os.CreateTemp("", "palette-work-")
	if err != nil {
		waitUntil(deadline)
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()
	block := make([]byte, 4096)
	for time.Now().Before(deadline) {
		if _, err := file.WriteAt(block, 0); err != nil || file.Sync() != nil {
			waitUntil(deadline)
			return
		}
	}
}
