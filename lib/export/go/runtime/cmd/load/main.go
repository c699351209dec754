// Command load calls the system's entry APIs in an open loop and reports what was achieved.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"example.com/gen/system"
)

var addresses = flag.String("addresses", "127.0.0.1:7400", "addresses of the system's processes, separated by commas")

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	load, err := system.Load(ctx, system.Over(strings.Split(*addresses, ",")))
	if err == nil {
		err = load.Run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
