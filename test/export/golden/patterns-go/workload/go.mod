module example.com/gen/workload

go 1.22

require example.com/gen/workflow v0.0.0

replace example.com/gen/workflow => ../workflow
