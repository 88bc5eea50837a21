// Makes SVIDs and trust bundles, right ones and broken ones, and says of each what go-spiffe makes of it.
//
//	usage: differential SEED COUNT
//
// Prints one JSON object per line. The seed decides what is done to each input; keys and signatures differ in every run.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

const (
	domainName = "example.org"
	workload   = "spiffe://example.org/ns/payments/sa/orders"
	audience   = "https://mintmark.example.org"
)

var domain = spiffeid.RequireTrustDomainFromString(domainName)

// input is one line: what was made, what was done to it, and go-spiffe's verdict.
type input struct {
	Number int      `json:"number"`
	Kind   string   `json:"kind"`
	Done   []string `json:"done"`
	Now    int64    `json:"now"` // milliseconds
	Bundle []byte   `json:"bundle"`
	Token  []byte   `json:"token"`
	Chain  [][]byte `json:"chain"`

	Accepted bool   `json:"accepted"`
	Said     string `json:"said"` // what was read of it, or why it was refused
}

func (i *input) judge(said string, err error) {
	i.Accepted, i.Said = err == nil, said
	if err != nil {
		i.Said = err.Error()
	}
}

// fault is one thing that can be done to a T.
type fault[T any] struct {
	name string
	do   func(*T)
}

// some picks faults, mostly one, and does them in their order.
func some[T any](random *rand.Rand, faults []fault[T], to *T) []string {
	count := []int{0, 1, 1, 1, 1, 1, 1, 1, 2, 3}[random.IntN(10)]
	done := []string{}
	for range count {
		chosen := faults[random.IntN(len(faults))]
		chosen.do(to)
		done = append(done, chosen.name)
	}
	return done
}

// one picks one fault, seldom none.
func one[T any](random *rand.Rand, faults []fault[T], to *T) []string {
	if random.IntN(20) == 0 {
		return []string{}
	}
	chosen := faults[random.IntN(len(faults))]
	chosen.do(to)
	return []string{chosen.name}
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "differential:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: differential SEED COUNT")
	}
	seed, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(seed, 0))
	makers := []func(*rand.Rand) (*input, error){}
	tokens, err := newTokens()
	if err != nil {
		return err
	}
	chains, err := newChains()
	if err != nil {
		return err
	}
	bundles, err := newBundles()
	if err != nil {
		return err
	}
	makers = append(makers, tokens.make, tokens.make, chains.make, chains.make, bundles.make)
	out := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(out)
	for number := range count {
		made, err := makers[number%len(makers)](random)
		if err != nil {
			return fmt.Errorf("input %d: %w", number, err)
		}
		made.Number = number
		if err := lines.Encode(made); err != nil {
			return err
		}
	}
	return out.Flush()
}

func now() time.Time { return time.Now().Truncate(time.Millisecond) }
