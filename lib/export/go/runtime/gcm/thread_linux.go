package gcm

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

const (
	// setTimerSlack is PR_SET_TIMERSLACK of prctl; threadClock is CLOCK_THREAD_CPUTIME_ID.
	setTimerSlack = 29
	threadClock   = 3
	// sleepMargin is by how much a sleep of the kernel's may come late.
	sleepMargin = 60 * time.Microsecond
)

// yield lets other threads run: at ticks alone, of 1 to 10 ms, the kernel would only then take turns.
func yield() { syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) }

// sleepShort sleeps in the kernel, to within tens of µs, where timers of Go's come up to 1 ms late.
func sleepShort(left time.Duration) {
	// The slack is the thread's own, and threads change under a goroutine.
	syscall.RawSyscall(syscall.SYS_PRCTL, setTimerSlack, 1, 0)
	duration := syscall.NsecToTimespec(int64(left))
	// An interrupted sleep is taken up by who waits for a deadline.
	_ = syscall.Nanosleep(&duration, nil)
}

// ownThread keeps the goroutine on a thread of its own and returns that thread's clock of CPU time, and what ends it.
func ownThread() (clock func() time.Duration, release func()) {
	runtime.LockOSThread()
	return func() time.Duration {
		var now syscall.Timespec
		syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&now)), 0)
		return time.Duration(now.Nano())
	}, runtime.UnlockOSThread
}

const hasThreadClock = true
