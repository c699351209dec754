package gcm

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestBaggageRoundTrip(t *testing.T) {
	want := Baggage{traceID{1, math.MaxUint64}, 3, 4, 5, 6, 7, 8, []labelValue{{0, 9}, {2, 1}}, 10, true}
	text := want.encode()
	if got, err := decode(text); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%q gives %v, %v", text, got, err)
	}
	largest := Baggage{traceID{math.MaxUint64, math.MaxUint64}, math.MaxUint64, math.MaxUint64, math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt, []labelValue{{0, 1}, {1, 10}, {2, 20}}, math.MaxInt, true}
	if n := len(largest.encode()); n > MaxBaggage {
		t.Fatalf("%d bytes are above the bound", n)
	}
	reply := Reply{12.345, 1e9, true}
	if got, err := ReadReply(reply.encode()); err != nil || got != reply {
		t.Fatalf("%q gives %v, %v", reply.encode(), got, err)
	}
}

func TestBaggageRefused(t *testing.T) {
	good := NewTrace(1, 2, false)
	for _, text := range []string{"", "1", "1" + good[1:], good + ".", good + ".v-1", good + ".q1", good + ".l", good + ".l1", good + ".l-1", good + ".l1--2", good + strings.Repeat(".v1", 100)} {
		if _, err := decode(text); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// one is a model with an API that works for a time, and one that works, calls and works.
func one(t *testing.T, own string) *Model {
	model, err := Load([]byte(`{"version": 2, "service": "s", "grid": [0, 1], "apis": [
		{"name": "a", "grain": 0.001, "variants": [{"ownTime": {"rows": [0]}, "states": [
			{"next": {"rows": [0]}}, {}, {"next": {"rows": [1]}, "gap": 0.5, "path": 2, "calls": [{"probability": 1, "lambda": 1}]}]}]}],
		"tables": [{"values": [` + own + `]}], "choices": [{"values": [2], "probabilities": [1]}, {"values": [1], "probabilities": [1]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// run runs the API over a child that asks for 2 ms and takes as long as told.
func run(t *testing.T, corrections string, child time.Duration) Reply {
	defer func(before string) { settings.corrections = before }(settings.corrections)
	settings.corrections = corrections
	x, err := one(t, "20000").Begin(0, NewTrace(1, 1, true))
	if err != nil {
		t.Fatal(err)
	}
	callee := func(context.Context, string, string) (string, string, error) {
		time.Sleep(child)
		return Reply{Measured: float64(child.Microseconds()), Model: 2000}.encode(), "", nil
	}
	start := func() int { return x.Next(2) }
	state := func() int {
		x.Stage(x.Call(0, callee))
		return x.Next(Finish)
	}
	causal, _, err := x.Follow(start, state)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := ReadReply(causal)
	if err != nil || reply.Model != 22000 {
		t.Fatalf("%v, %v", reply, err)
	}
	return reply
}

func TestSlowChildIsTakenOffOwnTime(t *testing.T) {
	// The shortest of several: other programs of the machine only ever add to it.
	with := math.Inf(1)
	for range 10 {
		with = min(with, run(t, correctionsOn, 8*time.Millisecond).Measured)
	}
	if with < 22000 || with > 24000 {
		t.Errorf("with corrections: %v µs, not 22000", with)
	}
	if without := run(t, correctionsOff, 8*time.Millisecond).Measured; without < 28000 {
		t.Errorf("without corrections: %v µs, not 28000", without)
	}
}

func TestErrorsOfCallsAreSurvived(t *testing.T) {
	x, err := one(t, "100").Begin(0, NewTrace(1, 1, true))
	if err != nil {
		t.Fatal(err)
	}
	callee := func(context.Context, string, string) (string, string, error) { return "", "", context.DeadlineExceeded }
	if _, _, err := x.Follow(func() int { return x.Next(2) }, func() int {
		x.Stage(x.Call(0, callee))
		return x.Next(Finish)
	}); err != nil {
		t.Fatal(err)
	}
}

func TestQuantilesAndChoices(t *testing.T) {
	model := one(t, "0, 100")
	table := &model.Tables[0]
	if got, want := table.quantile(model.Grid, 0.5), math.Sqrt(101)-1; math.Abs(got-want) > 1e-9 {
		t.Errorf("%v, not %v", got, want)
	}
	if table.quantile(model.Grid, 1-1e-12) > 100 {
		t.Error("a quantile is above the largest value")
	}
}
