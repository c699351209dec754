package wlgen

import (
	"encoding/csv"
	"fmt"
	"io"
	rand "math/rand/v2"
	"os"
	"strconv"
	"time"
)

// arrivals says when the next call is due, since the first, and to which entry.
type arrivals func() (due time.Duration, to entry)

// poisson are arrivals at a rate, calls a second, shared among entries by their weights.
func poisson(entries []entry, perSecond float64, seed uint64) arrivals {
	random := rand.New(rand.NewPCG(seed, 0))
	total := weightOf(entries)
	due := time.Duration(0)
	return func() (time.Duration, entry) {
		due += time.Duration(random.ExpFloat64() / perSecond * float64(time.Second))
		return due, pick(entries, random.Float64()*total)
	}
}

// recording is a list of arrivals that were recorded, which begins again where it ends.
type recording struct {
	at []time.Duration
	to []entry
	// unknown is how many arrivals were at no entry of this system.
	unknown int
}

// readRecording reads a CSV file of µs, service and API.
func readRecording(path string, entries []entry) (*recording, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("workload: -arrivals: %w", err)
	}
	defer file.Close()
	byName := map[[2]string]entry{}
	for _, e := range entries {
		byName[[2]string{e.service, e.api}] = e
	}
	found := &recording{}
	rows := csv.NewReader(file)
	rows.FieldsPerRecord = 3
	rows.ReuseRecord = true
	for number := 1; ; number++ {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("workload: %s: %w", path, err)
		}
		if number == 1 {
			continue
		}
		micros, err := strconv.ParseFloat(row[0], 64)
		at := time.Duration(micros * 1000)
		if err != nil || !(micros >= 0) || (len(found.at) > 0 && at < found.at[len(found.at)-1]) {
			return nil, fmt.Errorf("workload: %s: row %d: %q is not a time in µs that follows the one before", path, number, row[0])
		}
		to, known := byName[[2]string{row[1], row[2]}]
		if !known {
			found.unknown++
			continue
		}
		found.at = append(found.at, at)
		found.to = append(found.to, to)
	}
	if len(found.at) < 2 || found.at[len(found.at)-1] == 0 {
		return nil, fmt.Errorf("workload: %s: fewer than two arrivals at entries of this system", path)
	}
	return found, nil
}

// round is how long the recording lasts, with a gap of mean length before it begins again.
func (r *recording) round() time.Duration {
	last := r.at[len(r.at)-1]
	return last + last/time.Duration(len(r.at)-1)
}

// perSecond is the mean rate of the recording.
func (r *recording) perSecond() float64 { return float64(len(r.at)) / r.round().Seconds() }

// stretched are the arrivals, that many times slower.
func (r *recording) stretched(by float64) arrivals {
	next, rounds := 0, time.Duration(0)
	return func() (time.Duration, entry) {
		if next == len(r.at) {
			next, rounds = 0, rounds+1
		}
		at, to := rounds*r.round()+r.at[next], r.to[next]
		next++
		return time.Duration(float64(at) * by), to
	}
}
