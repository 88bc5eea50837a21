// Pins the SPIRE that the checks run beside.
module mintmark.io/interop/peers/spire

go 1.26.6

require github.com/spiffe/spire v1.15.3

// One of SPIRE's upstream-authority plug-ins wants a client that not every module proxy serves.
replace github.com/Keyfactor/ejbca-go-client-sdk => ./no-ejbca
