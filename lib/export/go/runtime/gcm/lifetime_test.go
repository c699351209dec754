package gcm

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// awaited begins an execution with an asynchronous call that outlives it, and awaits the end of the process by `end`.
func awaited(t *testing.T, end func(cancel func())) {
	folder := t.TempDir()
	finished = sync.Once{}
	if err := openSpans(folder, "spans", ""); err != nil {
		t.Fatal(err)
	}
	defer func() { spans = recorder{} }()
	model := one(t, "1000")
	model.APIs[0].Variants[0].States[2].Calls[0].Asynchronous = true
	x, err := model.Begin(0, NewTrace(1, 1, false))
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan struct{})
	callee := func(context.Context, string, string) (string, string, error) {
		close(called)
		time.Sleep(50 * time.Millisecond)
		record(span{service: "s", name: "callee", kind: kindServer, begin: time.Now()})
		return Reply{}.encode(), "", nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 2)
	// Two services of a process.
	for range 2 {
		go func() { done <- Await(ctx) }()
	}
	go x.Follow(func() int { return x.Next(2) }, func() int {
		x.Stage(x.Call(0, callee))
		return x.Next(Finish)
	})
	<-called
	end(cancel)
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "spans.jsonl"))
	if err != nil || !strings.Contains(string(text), `"callee"`) || !strings.Contains(string(text), `"name":"a"`) {
		t.Errorf("%v: %q lacks what was under way", err, text)
	}
}

func TestCallsUnderWayAreAwaitedAndFlushed(t *testing.T) {
	awaited(t, func(cancel func()) { cancel() })
}

func TestATerminationIsPassedOnAsAnInterrupt(t *testing.T) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	// Who does not listen yet is not ended.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)
	awaited(t, func(cancel func()) {
		time.Sleep(20 * time.Millisecond)
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-interrupts
		cancel()
	})
}
