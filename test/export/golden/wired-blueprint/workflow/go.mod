module example.com/gen/workflow

go 1.22

require (
	github.com/gorilla/mux v1.8.1 // indirect
	github.com/pkg/errors v0.9.1 // indirect
)
