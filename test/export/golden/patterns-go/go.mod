module example.com/gen

go 1.22

require example.com/gen/workflow v0.0.0

replace example.com/gen/workflow => ./workflow

require example.com/gen/workload v0.0.0

replace example.com/gen/workload => ./workload
