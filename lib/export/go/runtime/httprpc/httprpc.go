// Package httprpc carries calls of APIs over net/http: baggage in a header, payloads as bodies.
package httprpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"example.com/gen/workflow/gcm"
)

const header = "Causal"

// maxBody bounds what is read of a body, bytes.
const maxBody = 16 << 20

var client = &http.Client{Transport: &http.Transport{
	MaxIdleConns: 4096, MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute, DisableCompression: true,
}}

// Call makes a method of a service at an address.
func Call(ctx context.Context, address, service, method, causal, body string) (string, string, error) {
	request, err := http.NewRequestWithContext(ctx, "POST", "http://"+address+"/"+service+"/"+method, strings.NewReader(body))
	if err != nil {
		return "", "", err
	}
	request.Header.Set(header, causal)
	response, err := client.Do(request)
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return "", "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", "", fmt.Errorf("%s/%s: %s: %.200s", service, method, response.Status, answer)
	}
	return response.Header.Get(header), string(answer), nil
}

// Serve serves methods, named "service/Method", until the context ends; then it finishes the calls under way, first those
// that nobody waits for.
func Serve(ctx context.Context, address string, methods map[string]gcm.Method) error {
	mux := http.NewServeMux()
	for name, method := range methods {
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) { answer(w, r, method) })
	}
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ready") })
	mux.HandleFunc("/pending", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, gcm.Pending()) })
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		gcm.Drain()
		limited, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(limited)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func answer(w http.ResponseWriter, r *http.Request, method gcm.Method) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	causal, answer, err := method(r.Context(), r.Header.Get(header), string(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set(header, causal)
	io.WriteString(w, answer)
}
