package system

import (
	"context"

	"example.com/gen/httprpc"
)

// Over reaches every service over HTTP at the address of its process.
func Over(addresses []string) Caller {
	at := map[string]string{}
	for number, name := range Services {
		at[name] = addresses[number%len(addresses)]
	}
	return func(ctx context.Context, service, method, causal, body string) (string, string, error) {
		return httprpc.Call(ctx, at[service], service, method, causal, body)
	}
}
