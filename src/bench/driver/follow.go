package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protowire"
)

// followed is one consumer: what it saw of a credential that is renewed again and again.
type followed struct {
	name    string
	renewed int
	stale   int           // handed out though expired
	failed  int           // an error in place of a credential
	absent  time.Duration // the longest time without one that is valid
	last    string
	expires time.Time
}

// saw takes what a consumer has in hand now; text tells one credential from the next.
func (f *followed) saw(text string, expires time.Time, err error) {
	now := time.Now()
	if !f.expires.IsZero() {
		f.absent = max(f.absent, now.Sub(f.expires))
	}
	switch {
	case err != nil:
		f.failed++
		fmt.Fprintln(os.Stderr, f.name, err)
	case !now.Before(expires):
		f.stale++
		fmt.Fprintln(os.Stderr, f.name, "is given what expired", now.Sub(expires), "ago")
	case text != f.last:
		f.last, f.expires = text, expires
		f.renewed++
	}
}

// follow watches a sidecar as programs do that read files, keep streams open and call for a token now and again.
func follow(socket string, seconds, streams int, token, svid, folder string) {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	var all sync.WaitGroup
	var every []*followed
	begin := func(name string, one func(*followed)) {
		f := &followed{name: name}
		every = append(every, f)
		all.Go(func() { one(f) })
	}
	poll := func(pause time.Duration, get func() (string, time.Time, error)) func(*followed) {
		return func(f *followed) {
			for time.Now().Before(end) {
				f.saw(get())
				time.Sleep(pause)
			}
		}
	}
	readJwt := func(path string) func() (string, time.Time, error) {
		return func() (string, time.Time, error) {
			content, err := os.ReadFile(path)
			return jwt(string(content), err)
		}
	}
	begin("access token in a file", poll(50*time.Millisecond, readJwt(token)))
	begin("JWT-SVID in a file", poll(50*time.Millisecond, readJwt(svid)))
	begin("X.509-SVID in a folder", poll(50*time.Millisecond, func() (string, time.Time, error) {
		content, err := os.ReadFile(folder + "/svid.pem")
		if err != nil {
			return "", time.Time{}, err
		}
		block, _ := pem.Decode(content)
		if block == nil {
			return "", time.Time{}, errors.New("no PEM")
		}
		return certificate(block.Bytes)
	}))
	begin("JWT-SVID from the Workload API, each on a new connection", poll(250*time.Millisecond, func() (string, time.Time, error) {
		request := field(nil, 1, "https://ledger.example.org")
		var response []byte
		err := stream(socket, "/SpiffeWorkloadAPI/FetchJWTSVID", request, func(answer []byte) error {
			response = answer
			return done
		})
		if err != nil {
			return "", time.Time{}, err
		}
		return jwt(string(inside(response, 1, 2)), nil)
	}))
	for range streams {
		begin("X.509-SVID, watched at the Workload API", watch(end, func(f *followed) error {
			return stream(socket, "/SpiffeWorkloadAPI/FetchX509SVID", nil, func(answer []byte) error {
				f.saw(certificate(inside(answer, 1, 2)))
				return until(end)
			})
		}))
		begin("X.509-SVID, subscribed to by SDS", watch(end, func(f *followed) error {
			request := field(field(nil, 3, "default"), 4, "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret")
			return stream(socket, "/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets", request, func(answer []byte) error {
				block, _ := pem.Decode(inside(answer, 2, 2, 2, 1, 2))
				if block == nil {
					return errors.New("no certificate")
				}
				f.saw(certificate(block.Bytes))
				return until(end)
			})
		}))
	}
	all.Wait()
	for len(every) > 0 {
		sum, same := *every[0], 0
		for _, f := range every {
			if f.name == sum.name {
				same++
				sum.renewed, sum.absent = min(sum.renewed, f.renewed), max(sum.absent, f.absent)
				if f != every[0] {
					sum.stale, sum.failed = sum.stale+f.stale, sum.failed+f.failed
				}
			}
		}
		fmt.Printf("%s (%d): %d renewed, %d expired, %d failed, longest without %d ms\n", sum.name, same, sum.renewed, sum.stale, sum.failed, sum.absent.Milliseconds())
		name := sum.name
		every = slices.DeleteFunc(every, func(f *followed) bool { return f.name == name })
	}
}

var done = errors.New("done")

func until(end time.Time) error {
	if time.Now().Before(end) {
		return nil
	}
	return done
}

// watch opens a stream again where it breaks, which counts as a failure.
func watch(end time.Time, open func(*followed) error) func(*followed) {
	return func(f *followed) {
		for time.Now().Before(end) {
			if err := open(f); err != nil {
				f.saw("", time.Time{}, err)
				time.Sleep(100 * time.Millisecond)
			}
		}
	}
}

func stream(socket, method string, request []byte, take func([]byte) error) error {
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	whole, cancel := context.WithCancel(metadata.AppendToOutgoingContext(context.Background(), "workload.spiffe.io", "true"))
	defer cancel()
	call, err := connection.NewStream(whole, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method, grpc.ForceCodec(raw{}))
	if err != nil {
		return err
	}
	if err := call.SendMsg(&request); err != nil {
		return err
	}
	if !strings.HasSuffix(method, "StreamSecrets") {
		if err := call.CloseSend(); err != nil {
			return err
		}
	}
	for {
		var answer []byte
		if err := call.RecvMsg(&answer); err != nil {
			return err
		}
		if err := take(answer); err == done {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func field(message []byte, number protowire.Number, value string) []byte {
	return protowire.AppendString(protowire.AppendTag(message, number, protowire.BytesType), value)
}

// inside follows the first field of each number into a message.
func inside(message []byte, numbers ...protowire.Number) []byte {
	for _, wanted := range numbers {
		found := []byte(nil)
		for rest := message; len(rest) > 0 && found == nil; {
			number, kind, size := protowire.ConsumeTag(rest)
			if size < 0 {
				return nil
			}
			length := protowire.ConsumeFieldValue(number, kind, rest[size:])
			if length < 0 {
				return nil
			}
			if number == wanted && kind == protowire.BytesType {
				found, _ = protowire.ConsumeBytes(rest[size:])
			}
			rest = rest[size+length:]
		}
		message = found
	}
	return message
}

func jwt(text string, err error) (string, time.Time, error) {
	if err != nil {
		return "", time.Time{}, err
	}
	parts := strings.Split(strings.TrimSpace(text), ".")
	if len(parts) != 3 {
		return "", time.Time{}, errors.New("no JWT")
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", time.Time{}, err
	}
	var life struct{ Exp int64 }
	if err := json.NewDecoder(bytes.NewReader(claims)).Decode(&life); err != nil {
		return "", time.Time{}, err
	}
	return text, time.Unix(life.Exp, 0), nil
}

// certificate reads the first of a chain.
func certificate(der []byte) (string, time.Time, error) {
	chain, err := x509.ParseCertificates(der)
	if err != nil || len(chain) == 0 {
		return "", time.Time{}, errors.Join(errors.New("no certificate"), err)
	}
	return chain[0].SerialNumber.String(), chain[0].NotAfter, nil
}
