// The driver of the sidecar's bench: an upstream over TLS, load in a closed loop, and subscribers of SDS.
//
//	driver upstream FOLDER                          serves, writes FOLDER/port and FOLDER/ca.pem
//	driver load HOST:PORT CONNECTIONS SECONDS [CA]  prints requests a second, median and 99th percentile in microseconds
//	driver sds SOCKET SUBSCRIBERS ROTATIONS         prints for each rotation how long it took to reach the last, in ms
//	driver follow SOCKET SECONDS STREAMS TOKEN SVID FOLDER  prints for each consumer what it saw of renewals
package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	switch os.Args[1] {
	case "upstream":
		upstream(os.Args[2])
	case "load":
		var ca []byte
		if len(os.Args) > 5 {
			ca = must(os.ReadFile(os.Args[5]))
		}
		load(os.Args[2], must(strconv.Atoi(os.Args[3])), must(strconv.Atoi(os.Args[4])), ca)
	case "sds":
		sds(os.Args[2], must(strconv.Atoi(os.Args[3])), must(strconv.Atoi(os.Args[4])))
	case "follow":
		follow(os.Args[2], must(strconv.Atoi(os.Args[3])), must(strconv.Atoi(os.Args[4])), os.Args[5], os.Args[6], os.Args[7])
	}
}

func upstream(folder string) {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "upstream"}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	server := &http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
				w.WriteHeader(401)
				return
			}
			io.WriteString(w, "an answer of thirty-two bytes...\n")
		}),
	}
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(folder+"/ca.pem", certificate, 0o644); err != nil {
		log.Fatal(err)
	}
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	if err := os.WriteFile(folder+"/port", []byte(port), 0o644); err != nil {
		log.Fatal(err)
	}
	log.Fatal(server.ServeTLS(listener, "", ""))
}

func load(address string, connections, seconds int, ca []byte) {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	request := []byte("GET /v1/entries HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer of-the-callers-own\r\n\r\n")
	times := make([][]time.Duration, connections)
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() {
			connection := must(net.Dial("tcp", address))
			if ca != nil {
				roots := x509.NewCertPool()
				roots.AppendCertsFromPEM(ca)
				connection = tls.Client(connection, &tls.Config{RootCAs: roots, ServerName: "localhost"})
			}
			in := bufio.NewReader(connection)
			for time.Now().Before(end) {
				began := time.Now()
				must(connection.Write(request))
				answer := must(http.ReadResponse(in, nil))
				must(io.Copy(io.Discard, answer.Body))
				if answer.StatusCode != 200 {
					log.Fatal(answer.Status)
				}
				times[i] = append(times[i], time.Since(began))
			}
		})
	}
	all.Wait()
	sorted := slices.Sorted(slices.Values(slices.Concat(times...)))
	fmt.Println(len(sorted)/seconds, sorted[len(sorted)/2].Microseconds(), sorted[len(sorted)*99/100].Microseconds())
}

type raw struct{}

func (raw) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }
func (raw) Unmarshal(data []byte, value any) error {
	*value.(*[]byte) = slices.Clone(data)
	return nil
}
func (raw) Name() string { return "proto" }

func sds(socket string, subscribers, rotations int) {
	// resource_names (3) and type_url (4) of a DiscoveryRequest
	name, kind := "default", "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
	request := slices.Concat([]byte{3<<3 | 2, byte(len(name))}, []byte(name), []byte{4<<3 | 2, byte(len(kind))}, []byte(kind))
	arrived := make([]chan time.Time, rotations+1)
	for i := range arrived {
		arrived[i] = make(chan time.Time, subscribers)
	}
	for i := range subscribers {
		go func() {
			connection := must(grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials())))
			stream := must(connection.NewStream(context.Background(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true},
				"/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets", grpc.ForceCodec(raw{})))
			if err := stream.SendMsg(&request); err != nil {
				log.Fatal(i, err)
			}
			for _, times := range arrived {
				var response []byte
				if err := stream.RecvMsg(&response); err != nil {
					log.Fatal(i, err)
				}
				times <- time.Now()
			}
		}()
	}
	for i, times := range arrived {
		var first, last time.Time
		for range subscribers {
			at := <-times
			if first.IsZero() || at.Before(first) {
				first = at
			}
			if at.After(last) {
				last = at
			}
		}
		if i > 0 {
			fmt.Println(last.Sub(first).Milliseconds())
		}
	}
}
