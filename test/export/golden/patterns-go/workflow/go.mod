module example.com/gen/workflow

go 1.22
