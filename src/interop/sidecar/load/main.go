// Sends requests until a file is there, and tells of each that did not get 200.
//
//	load URL HOST CONNECTIONS STOP_FILE
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	url, host, stop := os.Args[1], os.Args[2], os.Args[4]
	connections, _ := strconv.Atoi(os.Args[3])
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	var sent, failed atomic.Int64
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			for {
				if _, err := os.Stat(stop); err == nil {
					return
				}
				request, _ := http.NewRequest("GET", url, nil)
				request.Host = host
				request.Header.Set("Authorization", "Bearer the-callers-own")
				sent.Add(1)
				response, err := client.Do(request)
				if err != nil {
					failed.Add(1)
					fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), err)
					continue
				}
				body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<16))
				response.Body.Close()
				if response.StatusCode != 200 {
					failed.Add(1)
					fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), response.Status, string(body))
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	all.Wait()
	fmt.Println(sent.Load())
	if failed.Load() > 0 {
		os.Exit(1)
	}
}
