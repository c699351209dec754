module example.com/gen/wiring

go 1.25

require (
	example.com/gen/workflow v0.0.0
	example.com/gen/workload v0.0.0
	github.com/blueprint-uservices/blueprint/blueprint v0.0.0-20260810164039-83c6feca6c74
	github.com/blueprint-uservices/blueprint/plugins v0.0.0-20260810164039-83c6feca6c74
	github.com/blueprint-uservices/blueprint/runtime v0.0.0-20260810164039-83c6feca6c74
	golang.org/x/tools v0.34.0
)

replace example.com/gen/workflow => ../workflow

replace example.com/gen/workload => ../workload
