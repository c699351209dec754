package gcm

import (
	"os"
	"sync"
	"time"
)

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
		workOff(deadline, memoryTurn())
	case "disk":
		writeDisk(deadline)
	default:
		workOff(deadline, matrixTurn())
	}
}

// turnsBetweenYields are some tens of µs: work that competes for cores takes turns that often, so that it ends by its
// deadline, and not when a core comes free.
const turnsBetweenYields = 8

// workOff does work in turns of a few µs until a deadline, or, by the clock of CPU time, until the thread has worked as
// long as is left until then.
func workOff(deadline time.Time, turn func()) {
	ended := func() bool { return !time.Now().Before(deadline) }
	if settings.clock == clockCPU {
		left := time.Until(deadline)
		clock, release := ownThread()
		defer release()
		begin := clock()
		ended = func() bool { return clock()-begin >= left }
	}
	for turns := 1; !ended(); turns++ {
		turn()
		if turns%turnsBetweenYields == 0 {
			yield()
		}
	}
}

// matrixTurn multiplies two 16×16 matrices.
func matrixTurn() func() {
	var a, b, c [16][16]float64
	for i := range a {
		for j := range a[i] {
			a[i][j], b[i][j] = float64(i+j), float64(i-j)
		}
	}
	return func() {
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

// memory is larger than the caches of most machines; it is there once something works on it.
var (
	memory     []uint64
	memoryMade sync.Once
)

func makeMemory() {
	memory = make([]uint64, 8<<20)
	// Pages that nothing was written to are all one page.
	for i := range memory {
		memory[i] = mix(uint64(i))
	}
}

// memoryTurn reads from places that depend on what was read before, so that nothing can be fetched ahead.
func memoryTurn() func() {
	memoryMade.Do(makeMemory)
	at := uint64(time.Now().UnixNano())
	return func() {
		for range 32 {
			at = mix(at ^ memory[at%uint64(len(memory))])
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
