package wlgen

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// driven is the report of a short run of one entry, and what was said on the way.
func driven(t *testing.T, ownRate float64, each func(causal string) error) (report, string) {
	*warmUp, *duration, *output = 100*time.Millisecond, 300*time.Millisecond, filepath.Join(t.TempDir(), "report.json")
	said, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer func(before *os.File) { os.Stderr = before }(os.Stderr)
	os.Stderr = said
	method := func(_ context.Context, causal, _ string) (string, string, error) { return "2.0.0", "", each(causal) }
	if err := drive(context.Background(), []entry{{weight: 1, ownTime: 10, calls: 2, method: method}}, ownRate); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(*output)
	if err != nil {
		t.Fatal(err)
	}
	var found report
	if err := json.Unmarshal(text, &found); err != nil {
		t.Fatal(err)
	}
	words, _ := os.ReadFile(said.Name())
	return found, string(words)
}

func TestCallsOfTheWarmUpDoNotCount(t *testing.T) {
	found, said := driven(t, 200, func(causal string) error {
		if strings.HasSuffix(causal, ".n") {
			return errors.New("cold")
		}
		return nil
	})
	if found.Failed != 0 || found.FirstError != "" || found.Sent == 0 || found.Completed != found.Sent {
		t.Errorf("%+v", found)
	}
	if most := float64(found.Sent) / duration.Seconds(); found.Achieved <= 0 || found.Achieved > most {
		t.Errorf("%v calls a second were achieved, where %d were made in %v", found.Achieved, found.Sent, *duration)
	}
	if !strings.Contains(said, "calls of the warm-up failed, which do not count; the first: cold") {
		t.Error(said)
	}
	found, _ = driven(t, 200, func(string) error { return errors.New("broken") })
	if found.Failed != found.Sent || found.FirstError != "broken" {
		t.Errorf("%+v", found)
	}
}

func TestARateOfNoneIsSaid(t *testing.T) {
	found, said := driven(t, 0, func(string) error { return nil })
	if found.Rate != 1 || !strings.Contains(said, "workload: the topology's rate is 0: entry calls come at 1 a second") {
		t.Errorf("%v: %s", found.Rate, said)
	}
}

func TestWhatSleepsIsNoWork(t *testing.T) {
	e := entry{working: 300, ownTime: 1000, calls: 3}
	for kind, want := range map[string]float64{"": 2*300 + 500, "sleep": 500, "cpu": 2*1000 + 500} {
		t.Setenv("PALETTE_WORK", kind)
		if got := e.work(2); got != want {
			t.Errorf("%q: %v, not %v", kind, got, want)
		}
	}
}
