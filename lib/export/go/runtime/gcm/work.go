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

const (
	// turnsBetweenYields are some tens of µs: work that competes for cores takes turns that often, so that it ends by its
	// deadline, and not when a core comes free.
	turnsBetweenYields = 100
	// lastStretch is so short that work ends before it gives a core away.
	lastStretch = 100 * time.Microsecond
)

// workOff does work in turns of less than a µs until a deadline, or, by the clock of CPU time, until the thread has
// worked as long as is left until then.
func workOff(deadline time.Time, turn func()) {
	left := func() time.Duration { return time.Until(deadline) }
	if settings.clock == clockCPU {
		clock, release := ownThread()
		defer release()
		end := clock() + left()
		left = func() time.Duration { return end - clock() }
	}
	for turns := 1; ; turns++ {
		rest := left()
		if rest <= 0 {
			return
		}
		turn()
		if turns%turnsBetweenYields == 0 && rest > lastStretch {
			yield()
		}
	}
}

// matrixTurn multiplies two 16×16 matrices, a row of the product each turn.
func matrixTurn() func() {
	var a, b, c [16][16]float64
	for i := range a {
		for j := range a[i] {
			a[i][j], b[i][j] = float64(i+j), float64(i-j)
		}
	}
	row := 0
	return func() {
		for j := range c[row] {
			sum := 0.0
			for k := range b {
				sum += a[row][k] * b[k][j]
			}
			c[row][j] = sum
		}
		a[row][0] = c[row][15] / (1 + c[row][15]*c[row][15])
		row = (row + 1) % len(c)
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
		for range 4 {
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
