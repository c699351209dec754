// Command system runs the services of the system, all of them or those of one process of several.
package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"example.com/gen/httprpc"
	"example.com/gen/system"
	"example.com/gen/workflow/gcm"
)

var (
	addresses = flag.String("addresses", "127.0.0.1:7400", "addresses of all processes, separated by commas")
	process   = flag.Int("process", 0, "number of this process among the addresses")
	sample    = flag.Int("sample", 0, "instead of running, draw this many traces and print latencies as CSV")
)

func main() {
	flag.Parse()
	run := serve
	if *sample > 0 {
		run = draw
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	all := strings.Split(*addresses, ",")
	if *process < 0 || *process >= len(all) {
		return fmt.Errorf("process %d is none of the %d addresses", *process, len(all))
	}
	finish, err := gcm.Configure()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	methods := map[string]gcm.Method{}
	for number, name := range system.Services {
		if number%len(all) != *process {
			continue
		}
		made, err := system.Make(ctx, name, system.Over(all))
		if err != nil {
			return err
		}
		for name, method := range made {
			methods[name] = method
		}
	}
	err = httprpc.Serve(ctx, all[*process], methods)
	finish()
	return err
}

// draw runs the whole system in this process without spending time.
func draw() error {
	buffered := bufio.NewWriter(os.Stdout)
	out := csv.NewWriter(buffered)
	if err := out.Write([]string{"trace", "service", "api", "us"}); err != nil {
		return err
	}
	gcm.Dry(func(trace, service, api string, micros float64) {
		out.Write([]string{trace, service, api, fmt.Sprintf("%.3f", micros)})
	})
	ctx := context.Background()
	methods := map[string]gcm.Method{}
	call := func(ctx context.Context, service, method, causal, body string) (string, string, error) {
		return methods[service+"/"+method](ctx, causal, body)
	}
	for _, name := range system.Services {
		made, err := system.Make(ctx, name, call)
		if err != nil {
			return err
		}
		for name, method := range made {
			methods[name] = method
		}
	}
	load, err := system.Load(ctx, call)
	if err != nil {
		return err
	}
	if err := load.Sample(ctx, *sample); err != nil {
		return err
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffered.Flush()
}
