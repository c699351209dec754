//go:build !linux

package gcm

import (
	"runtime"
	"time"
)

const (
	hasThreadClock = false
	sleepMargin    = 1100 * time.Microsecond
)

// yield lets other goroutines run.
func yield() { runtime.Gosched() }

// sleepShort sleeps by Go's own timers.
func sleepShort(left time.Duration) { time.Sleep(left) }

// ownThread is there for Linux alone; settings that need it are refused elsewhere.
func ownThread() (clock func() time.Duration, release func()) {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }, func() {}
}
