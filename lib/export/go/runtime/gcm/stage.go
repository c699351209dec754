package gcm

import (
	"context"
	"math"
	"sync"
	"time"
)

// Call is a call that a state may make.
type Call struct {
	index  int
	method Method
}

// Call names a call of the state by its number there, and how it is made.
func (x *Execution) Call(index int, method Method) Call { return Call{index, method} }

// attempt is a call with everything drawn that it needs.
type attempt struct {
	spec     *CallSpec
	method   Method
	network  float64
	baggage  Baggage
	request  int
	measured float64
	model    float64
}

// Stage spends the own time before a state's calls and makes them, all at once; the latency equation grows by the
// longest λ · wait of those that the API waits for.
func (x *Execution) Stage(calls ...Call) {
	state := &x.variant.States[x.walk[x.visit]]
	x.visit++
	x.spent += x.split * state.Gap
	x.workUntil(x.asked + min(x.own, x.spent))
	var waiting []*attempt
	for _, call := range calls {
		spec := &state.Calls[call.index]
		if spec.Probability < 1 && x.random.Float64() >= spec.Probability {
			continue
		}
		count := 1
		if spec.Count != nil {
			count = x.model.Choices[*spec.Count].choose(x.random)
		}
		for range count {
			a := x.prepare(spec, call.method)
			if !spec.Asynchronous {
				waiting = append(waiting, a)
				continue
			}
			pending.Add(1)
			if settings.dry {
				x.make(a)
				pending.Add(-1)
				continue
			}
			go func() {
				defer pending.Add(-1)
				x.make(a)
			}()
		}
	}
	x.makeAll(waiting)
	measured, planned := 0.0, 0.0
	for _, a := range waiting {
		measured = max(measured, a.spec.Lambda*a.measured)
		planned = max(planned, a.spec.Lambda*a.model)
	}
	x.planned += planned
	if settings.corrections == correctionsOn {
		x.asked += planned
	} else {
		x.asked += measured
	}
	if settings.dry {
		x.dry += planned
	}
}

func (x *Execution) makeAll(waiting []*attempt) {
	var others sync.WaitGroup
	for i, a := range waiting {
		if i == len(waiting)-1 || settings.dry {
			x.make(a)
			continue
		}
		others.Add(1)
		go func() {
			defer others.Done()
			x.make(a)
		}()
	}
	others.Wait()
}

func (x *Execution) prepare(spec *CallSpec, method Method) *attempt {
	a := &attempt{spec: spec, method: method}
	if spec.Network != nil {
		u := x.underRegime(spec.RegimeRank, rank(spec.Loading, x.factors, x.random))
		network := x.model.Tables[spec.Network.row(x.registers)].quantile(x.model.Grid, u)
		a.network = math.Round(network/x.api.Grain) * x.api.Grain
	}
	if spec.Request != nil {
		a.request = int(min(maxPayload, x.draw(spec.Request)))
	}
	a.baggage = Baggage{trace: x.baggage.trace, parent: x.baggage.span, silent: x.baggage.silent, variant: spec.Variant}
	for _, number := range spec.CarryLabels {
		if value := x.registers[registerLabels+number]; value > 0 {
			a.baggage.labels = append(a.baggage.labels, labelValue{number, value})
		}
	}
	if spec.Response != nil {
		a.baggage.response = int(min(maxPayload, x.draw(spec.Response)))
	}
	if spec.CarryPath {
		a.baggage.path = x.registers[registerPath]
	}
	if spec.CarryRank {
		a.baggage.rank = x.registers[registerRank] + 1
	}
	if spec.CarryDepth {
		a.baggage.depth = x.baggage.depth + 1
	}
	a.baggage.span = x.random.Uint64() | 1
	return a
}

// make makes a call, again where an attempt times out or fails and more are allowed.
func (x *Execution) make(a *attempt) {
	for left := max(1, a.spec.Attempts); left > 0; left-- {
		measured, model, failed := x.attempt(a)
		timeout := a.spec.Timeout
		if timeout > 0 {
			failed = failed || model > timeout
			measured, model = min(measured, timeout), min(model, timeout)
		}
		a.measured += measured
		a.model += model
		if !failed {
			return
		}
		a.baggage.span = mix(a.baggage.span) | 1
	}
}

func (x *Execution) attempt(a *attempt) (measured, model float64, failed bool) {
	baggage := a.baggage
	remote := a.spec.Name != ""
	if remote {
		baggage.parent = mix(baggage.span) | 1
	}
	begin := time.Now()
	scale := 1000 * settings.scale
	ctx := context.Background()
	if a.spec.Timeout > 0 && !settings.dry {
		limited, cancel := context.WithTimeout(ctx, time.Duration(a.spec.Timeout*scale))
		defer cancel()
		ctx = limited
	}
	if !settings.dry {
		// Half of the network's time lies before the callee; the hop itself takes a part of it.
		waitUntil(begin.Add(time.Duration(max(0, a.network*settings.scale-settings.hop) / 2 * 1000)))
	}
	causal, _, err := a.method(ctx, baggage.encode(), filler[:a.request])
	var reply Reply
	if err == nil {
		reply, err = ReadReply(causal)
	}
	if settings.dry {
		return a.network + reply.Model, a.network + reply.Model, reply.Failed
	}
	if err == nil && a.network > 0 {
		callee := reply.Measured
		if settings.corrections == correctionsOn {
			callee = reply.Model
		}
		waitUntil(begin.Add(time.Duration((a.network + callee) * scale)))
	}
	measured = float64(time.Since(begin)) / scale
	model = a.network + reply.Model
	if err != nil {
		if ctx.Err() == nil {
			noAnswer(err)
		}
		// Nothing is known of a callee that did not answer but how long it was waited for.
		model = measured
	}
	if remote && !baggage.silent {
		record(span{
			service: x.model.Service, name: a.spec.Name, kind: kindClient, begin: begin, duration: measured, grain: x.api.Grain,
			baggage: Baggage{trace: baggage.trace, parent: x.baggage.span, span: baggage.parent}, failed: err != nil, model: model,
		})
	}
	return measured, model, reply.Failed || err != nil
}
