package gcm

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// active counts executions under way, and pending asynchronous calls, which outlive their callers.
var active, pending atomic.Int64

// Pending is how many asynchronous calls of this process are under way.
func Pending() int64 { return pending.Load() }

// Drain waits until all asynchronous calls have ended.
func Drain() {
	for Pending() > 0 {
		time.Sleep(time.Millisecond)
	}
}

// mostFinishing bounds how long a process that is to end waits for what is under way.
const mostFinishing = 30 * time.Second

// Await is what a service does beside answering, where its process is run by Blueprint's main: it waits until the process
// is to end, lets executions and asynchronous calls finish, and flushes spans. That main ends at an interrupt alone and
// waits for nothing but this; a request to terminate is passed on to it as one.
func Await(ctx context.Context) error {
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	defer signal.Stop(terminated)
	select {
	case <-ctx.Done():
	case <-terminated:
		self, err := os.FindProcess(os.Getpid())
		if err == nil && self.Signal(os.Interrupt) == nil {
			<-ctx.Done()
		}
	}
	// An execution may begin calls until it ends: it is looked at first.
	for end := time.Now().Add(mostFinishing); active.Load() > 0 || pending.Load() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			fmt.Fprintf(os.Stderr, "gcm: %d executions and %d asynchronous calls did not end within %v\n", active.Load(), pending.Load(), mostFinishing)
			break
		}
	}
	flushAll()
	return nil
}

var finished sync.Once

// flushAll says what had no answer and writes the spans that are left, once a process; further callers wait until that is
// done.
func flushAll() {
	finished.Do(func() {
		sayUnanswered()
		closeSpans()
	})
}

// unanswered are calls that no callee answered, and why the first was not.
var unanswered struct {
	sync.Mutex
	calls int
	first error
}

func noAnswer(err error) {
	unanswered.Lock()
	defer unanswered.Unlock()
	unanswered.calls++
	if unanswered.first == nil {
		unanswered.first = err
	}
}

// sayUnanswered tells how many calls within the system nobody answered.
func sayUnanswered() {
	unanswered.Lock()
	defer unanswered.Unlock()
	if unanswered.calls > 0 {
		fmt.Fprintf(os.Stderr, "gcm: %d calls had no answer; the first: %v\n", unanswered.calls, unanswered.first)
	}
}
