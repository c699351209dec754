package wlgen

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var two = []entry{{service: "a", api: "x, \"y\"", weight: 1, working: 100}, {service: "b", api: "z", weight: 3, working: 500}}

func TestPoissonArrivals(t *testing.T) {
	next := poisson(two, 1000, 7)
	const count = 20000
	before, squares, ofA := time.Duration(0), 0.0, 0
	for range count {
		due, to := next()
		gap := (due - before).Seconds()
		if gap < 0 {
			t.Fatal("arrivals go back in time")
		}
		squares += gap * gap
		before = due
		if to.service == "a" {
			ofA++
		}
	}
	// Exponential gaps of mean 1 ms have a mean square of 2 ms²; four standard errors each.
	if mean := before.Seconds() / count * 1000; math.Abs(mean-1) > 4/math.Sqrt(count) {
		t.Errorf("the mean gap is %.4f ms", mean)
	}
	if square := squares / count * 1e6; math.Abs(square-2) > 4*math.Sqrt(20/float64(count)) {
		t.Errorf("the mean square gap is %.4f ms²", square)
	}
	if share := float64(ofA) / count; math.Abs(share-0.25) > 4*math.Sqrt(0.25*0.75/count) {
		t.Errorf("%.4f of the calls are at the entry of weight 1 of 4", share)
	}
	again := poisson(two, 1000, 7)
	first, _ := again()
	if due, _ := poisson(two, 1000, 7)(); due != first {
		t.Error("equal seeds give other arrivals")
	}
}

func write(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "arrivals.csv")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRecordedArrivals(t *testing.T) {
	found, err := readRecording(write(t, "us,service,api\n0,b,z\n100.5,a,\"x, \"\"y\"\"\"\n150,c,gone\n300,b,z\n"), two)
	if err != nil {
		t.Fatal(err)
	}
	if found.unknown != 1 {
		t.Errorf("%d are unknown, not 1", found.unknown)
	}
	// Mean gap 150 µs: the recording begins again after 450.
	want := []time.Duration{0, 201, 600, 900, 1101}
	to := []string{"b", "a", "b", "b", "a"}
	next := found.stretched(2)
	for i := range want {
		due, e := next()
		if due != want[i]*time.Microsecond || e.service != to[i] {
			t.Errorf("arrival %d is at %v of %s, not %v µs of %s", i, due, e.service, int(want[i]), to[i])
		}
	}
	if work := meanWork(found.to, true, 1); math.Abs(work-callWork-1100.0/3) > 1e-9 {
		t.Errorf("a call works for %v µs", work)
	}
	if work := meanWork(two, false, 2); work != 800+callWork {
		t.Errorf("a call works for %v µs by the mix", work)
	}
}

func TestBadRecordings(t *testing.T) {
	for text, said := range map[string]string{
		"us,service,api\n0,b,z\n-1,b,z\n": `row 3: "-1" is not a time`,
		"us,service,api\nNaN,b,z\n":       `row 2: "NaN" is not a time`,
		"us,service,api\n5,b,z\n4,b,z\n":  `row 3: "4" is not a time in µs that follows`,
		"us,service,api\n5,b\n":           "wrong number of fields",
		"us,service,api\n5,c,z\n":         "fewer than two arrivals",
		"us,service,api\n0,b,z\n0,b,z\n":  "fewer than two arrivals",
		"":                                "fewer than two arrivals",
	} {
		if _, err := readRecording(write(t, text), two); err == nil || !strings.Contains(err.Error(), said) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := readRecording("/none/there.csv", two); err == nil {
		t.Error("a file that is not there is read")
	}
}
