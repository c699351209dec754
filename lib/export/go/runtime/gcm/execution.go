package gcm

import (
	"context"
	"fmt"
	"math"
	rand "math/rand/v2"
	"strings"
	"time"
)

// Finish is the number of the state finish.
const Finish = 1

// maxDepth is the number of levels of callers from which an API makes no calls, so that recursion ends.
const maxDepth = 64

// maxPayload bounds payloads, bytes: transports that put them into an address accept no more.
const maxPayload = 512 << 10

var filler = strings.Repeat("x", maxPayload)

// Method is an API as its callers see it: context, baggage and payload to reply, payload and error.
type Method = func(ctx context.Context, causal string, body string) (string, string, error)

// Execution is one run of an API. Times are µs of the model; under a time scale they take that many times as long.
type Execution struct {
	model     *Model
	api       *API
	variant   *Variant
	baggage   Baggage
	random    *rand.Rand
	factors   []float64
	registers []int
	walk      []int
	visit     int
	own       float64
	split     float64
	spent     float64
	begin     time.Time
	// asked is what the stages so far add to latency by the equation; dry is the virtual clock of a dry run.
	asked float64
	dry   float64
	// model latency of the stages, whatever was measured.
	planned float64
}

// Begin starts an execution: it draws the walk, then own time given the walk and the other causes.
func (m *Model) Begin(api int, causal string) (*Execution, error) {
	begin := time.Now()
	baggage, err := decode(causal)
	if err != nil {
		return nil, err
	}
	x := &Execution{model: m, api: &m.APIs[api], baggage: baggage, begin: begin}
	if baggage.variant >= len(x.api.Variants) {
		return nil, fmt.Errorf("gcm: %q has no variant %d: the baggage is of another system", x.api.Name, baggage.variant)
	}
	x.variant = &x.api.Variants[baggage.variant]
	x.random = rand.New(rand.NewPCG(mix(baggage.trace.high^baggage.span), mix(baggage.trace.low+baggage.span)))
	x.factors = factorsOf(baggage.trace, m.Factors)
	x.registers = make([]int, registerLabels+len(m.Labels))
	x.registers[registerCallerPath] = baggage.path
	// Without a caller the class is the one after the last.
	x.registers[registerCallerRank] = len(m.Classes) + 1
	if baggage.rank > 0 {
		x.registers[registerCallerRank] = min(baggage.rank-1, len(m.Classes)+1)
	}
	for _, label := range baggage.labels {
		if label.number >= len(m.Labels) || label.value > m.Labels[label.number].Values {
			return nil, fmt.Errorf("gcm: %q has no label %d with a value %d: the baggage is of another system", x.api.Name, label.number, label.value)
		}
		x.registers[registerLabels+label.number] = label.value
	}
	for _, draw := range x.variant.Draws {
		x.registers[draw.Register] = m.Choices[draw.Value.row(x.registers)].choose(x.random)
	}
	gaps := 0.0
	state := 0
	for {
		next := m.Choices[x.variant.States[state].Next.row(x.registers)].choose(x.random)
		if next == Finish {
			break
		}
		state = next
		runs := 1
		if repeat := x.variant.States[state].Repeat; repeat != nil {
			runs = m.Choices[*repeat].choose(x.random)
		}
		gaps += float64(runs) * x.variant.States[state].Gap
		for range runs {
			x.walk = append(x.walk, state)
		}
	}
	x.registers[registerPath] = x.variant.States[state].Path
	u := rank(x.variant.Loading, x.factors, x.random)
	if x.variant.Rank != nil {
		u = m.under(x.variant.Rank.row(x.registers), u)
	}
	x.registers[registerRank] = m.classOf(u)
	own := m.Tables[x.variant.OwnTime.row(x.registers)].quantile(m.Grid, x.underRegime(x.variant.RegimeRank, u))
	x.own = math.Round(own/x.api.Grain) * x.api.Grain
	x.split = x.own / max(1, gaps)
	if baggage.depth >= maxDepth {
		x.walk = nil
	}
	active.Add(1)
	return x, nil
}

// draw draws from a table, alone.
func (x *Execution) draw(selector *Selector) float64 {
	return x.model.Tables[selector.row(x.registers)].quantile(x.model.Grid, rank(nil, x.factors, x.random))
}

// underRegime is the rank that the density of the trace's regime makes of one, where a selector names any.
func (x *Execution) underRegime(selector *Selector, u float64) float64 {
	if selector == nil {
		return u
	}
	return x.model.under(selector.row(x.registers), u)
}

// Next is the state after this one, which must be one of those named: code and model.json belong together.
func (x *Execution) Next(states ...int) int {
	next := Finish
	if x.visit < len(x.walk) {
		next = x.walk[x.visit]
	} else if x.baggage.depth >= maxDepth {
		return Finish
	}
	for _, state := range states {
		if state == next {
			return next
		}
	}
	panic(fmt.Sprintf("gcm: model.json of %q has a transition to state %d that its code does not know", x.api.Name, next))
}

// Follow walks the automaton by its local functions, the one of start first, then those of states 2, 3, …; it returns
// what the API returns.
func (x *Execution) Follow(states ...func() int) (string, string, error) {
	defer active.Add(-1)
	next := states[0]()
	for next != Finish {
		next = states[next-1]()
	}
	return x.end()
}

// elapsed is the time since the execution began.
func (x *Execution) elapsed() float64 {
	if settings.dry {
		return x.dry
	}
	return float64(time.Since(x.begin)) / 1000 / settings.scale
}

// workUntil spends own time until the execution has taken this long. With corrections this is what is left of own time
// once measured deviations are taken off.
func (x *Execution) workUntil(at float64) {
	if settings.dry {
		x.dry = max(x.dry, at)
		return
	}
	deadline := x.begin.Add(time.Duration((at*settings.scale - settings.wake) * 1000))
	spend(x.api.Work, deadline)
}

func (x *Execution) end() (string, string, error) {
	x.workUntil(x.asked + x.own)
	failed := x.api.Errors > 0 && x.random.Float64() < x.api.Errors
	reply := Reply{Measured: x.elapsed(), Model: x.own + x.planned, Failed: failed}
	if !x.baggage.silent {
		record(span{
			service: x.model.Service, name: x.api.Name, kind: kindServer, baggage: x.baggage,
			begin: x.begin, duration: reply.Measured, grain: x.api.Grain, failed: failed, model: reply.Model,
		})
	}
	return reply.encode(), filler[:min(x.baggage.response, maxPayload)], nil
}
