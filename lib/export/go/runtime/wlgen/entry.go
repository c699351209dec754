package wlgen

import (
	"os"

	"example.com/gen/workflow/gcm"
)

// entry is an entry API, its share of the calls, and means of what one call causes in all: own time that is spent working
// and own time of any kind, µs, and calls over the network.
type entry struct {
	service, api            string
	weight                  float64
	working, ownTime, calls float64
	method                  gcm.Method
}

// callWork is the CPU time of a call over the network on both of its sides, µs: two cores make some 16,000 a second.
const callWork = 125

// work is the CPU time of all that a call causes, µs: what sleeps takes none, and no time scale makes calls slower.
func (e entry) work(scale float64) float64 {
	worked := e.working
	switch os.Getenv("PALETTE_WORK") {
	case "":
	case "sleep":
		worked = 0
	default:
		worked = e.ownTime
	}
	return scale*worked + callWork*(e.calls+1)
}

// meanWork is the mean work of a call, µs: by the entries' weights, or of entries that are each called once.
func meanWork(entries []entry, once bool, scale float64) float64 {
	work, total := 0.0, 0.0
	for _, e := range entries {
		weight := e.weight
		if once {
			weight = 1
		}
		work += weight * e.work(scale)
		total += weight
	}
	return work / total
}

func weightOf(entries []entry) float64 {
	total := 0.0
	for _, e := range entries {
		total += e.weight
	}
	return total
}

func pick(entries []entry, left float64) entry {
	for _, e := range entries {
		if left < e.weight {
			return e
		}
		left -= e.weight
	}
	return entries[len(entries)-1]
}
