package wlgen

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	rand "math/rand/v2"
	"os"
	"runtime"
	"sort"
	"sync"
	"time"

	"example.com/gen/workflow/gcm"
)

var (
	rate     = flag.Float64("rate", 0, "entry calls a second (default: the traces' own rate, slowed by -scale)")
	duration = flag.Duration("duration", 30*time.Second, "how long calls are made, after the warm-up")
	warmUp   = flag.Duration("warmup", 2*time.Second, "how long calls are made before they are recorded")
	seed     = flag.Uint64("seed", 1, "equal seeds give equal arrivals and equal draws")
	scale    = flag.Float64("scale", 1, "time scale that the system runs at (PALETTE_TIME_SCALE)")
	cores    = flag.Int("cores", runtime.NumCPU(), "cores that the system has")
	recorded = flag.String("arrivals", "", "CSV file of recorded arrivals (us,service,api) to repeat (default: Poisson arrivals)")
	output   = flag.String("report", "", "file for the report (default: standard output)")
)

// report says what was offered and what was achieved.
type report struct {
	Seed uint64 `json:"seed"`
	// Arrivals are poisson or recorded.
	Arrivals  string  `json:"arrivals"`
	Rate      float64 `json:"rate"`
	Achieved  float64 `json:"achieved"`
	Sent      int     `json:"sent"`
	Completed int     `json:"completed"`
	Failed    int     `json:"failed"`
	// Offered is the work offered, as a share of the cores.
	Offered float64 `json:"offered"`
	// Lateness of calls behind their schedule, µs.
	LatenessP50 float64 `json:"latenessP50"`
	LatenessP99 float64 `json:"latenessP99"`
	LatenessMax float64 `json:"latenessMax"`
	FirstError  string  `json:"firstError,omitempty"`
}

// drive makes calls in an open loop: as they are due, whatever became of the calls before.
func drive(ctx context.Context, entries []entry, ownRate float64) error {
	if *rate < 0 || *duration <= 0 || *warmUp < 0 || *scale <= 0 {
		return fmt.Errorf("workload: -rate %v and -warmup %v must not be negative, -duration %v and -scale %v must be above 0", *rate, *warmUp, *duration, *scale)
	}
	perSecond := *rate
	if perSecond == 0 {
		if ownRate == 0 && *recorded == "" {
			ownRate = 1
			fmt.Fprintln(os.Stderr, "workload: the topology's rate is 0: entry calls come at 1 a second, unless -rate says otherwise")
		}
		perSecond = ownRate / *scale
	}
	result := report{Seed: *seed, Arrivals: "poisson"}
	mix, next := entries, arrivals(nil)
	if *recorded != "" {
		recording, err := readRecording(*recorded, entries)
		if err != nil {
			return err
		}
		if recording.unknown > 0 {
			fmt.Fprintf(os.Stderr, "workload: %d recorded arrivals are at no entry of this system, and are left out\n", recording.unknown)
		}
		stretch := *scale
		if *rate > 0 {
			stretch = recording.perSecond() / *rate
		}
		perSecond = recording.perSecond() / stretch
		result.Arrivals, mix, next = "recorded", recording.to, recording.stretched(stretch)
	} else {
		next = poisson(entries, perSecond, *seed)
	}
	offered := perSecond * meanWork(mix, *recorded != "", *scale) / 1e6 / float64(*cores)
	if offered > 0.6 {
		fmt.Fprintf(os.Stderr, "workload: %.3g calls a second offer %.0f %% of what %d cores can do, so latencies will be those of an overloaded machine; a rate of %.3g would fit\n",
			perSecond, 100*offered, *cores, 0.5*perSecond/offered)
	}
	result.Rate, result.Offered = perSecond, offered
	var calls sync.WaitGroup
	var mutex sync.Mutex
	var lateness []float64
	var unrecorded []error
	begin := time.Now()
	for number := uint64(0); ; number++ {
		due, chosen := next()
		if due > *warmUp+*duration {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(begin.Add(due))):
		}
		if ctx.Err() != nil {
			break
		}
		silent := due < *warmUp
		if !silent {
			result.Sent++
			lateness = append(lateness, float64(time.Since(begin)-due)/1000)
		}
		causal := gcm.NewTrace(*seed, number, silent)
		calls.Add(1)
		go func() {
			defer calls.Done()
			answer, _, err := chosen.method(ctx, causal, "")
			if err == nil {
				_, err = gcm.ReadReply(answer)
			}
			mutex.Lock()
			defer mutex.Unlock()
			switch {
			case silent && err != nil:
				unrecorded = append(unrecorded, err)
			case silent:
			case err != nil:
				result.Failed++
				if result.FirstError == "" {
					result.FirstError = err.Error()
				}
			default:
				result.Completed++
			}
		}()
	}
	seconds := (time.Since(begin) - *warmUp).Seconds()
	if ctx.Err() == nil {
		// The last call may have been made some time before the end.
		seconds = max(seconds, duration.Seconds())
	}
	calls.Wait()
	if len(unrecorded) > 0 {
		fmt.Fprintf(os.Stderr, "workload: %d calls of the warm-up failed, which do not count; the first: %v\n", len(unrecorded), unrecorded[0])
	}
	result.Achieved = float64(result.Sent) / seconds
	sort.Float64s(lateness)
	if n := len(lateness); n > 0 {
		result.LatenessP50, result.LatenessP99, result.LatenessMax = lateness[n/2], lateness[n*99/100], lateness[n-1]
	}
	text, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return err
	}
	if *output == "" {
		_, err = fmt.Println(string(text))
		return err
	}
	return os.WriteFile(*output, append(text, '\n'), 0o644)
}

// draw makes calls one after another, as fast as they go.
func draw(ctx context.Context, entries []entry, count int) error {
	random := rand.New(rand.NewPCG(*seed, 1))
	total := weightOf(entries)
	for number := range count {
		chosen := pick(entries, random.Float64()*total)
		if _, _, err := chosen.method(ctx, gcm.NewTrace(*seed, uint64(number), false), ""); err != nil {
			return err
		}
	}
	return nil
}
