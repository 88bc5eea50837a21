module mintmark.io/interop/sidecar/load

go 1.26.0
