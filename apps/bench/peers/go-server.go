// Go's net/http as a peer, built by the bench when a Go compiler is on the path.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"strconv"
)

const (
	text   = "text/plain; charset=utf-8"
	binary = "application/octet-stream"
	pieces = 16
)

var (
	hello = []byte("Hello, world!")
	large = filled(102400)
	piece = filled(1024)
)

func filled(size int) []byte {
	octets := make([]byte, size)
	for i := range octets {
		octets[i] = 'x'
	}
	return octets
}

func send(writer http.ResponseWriter, kind string, body []byte) {
	writer.Header().Set("Content-Type", kind)
	writer.Header().Set("Content-Length", strconv.Itoa(len(body)))
	writer.Write(body)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(writer http.ResponseWriter, request *http.Request) {
		send(writer, text, hello)
	})
	mux.HandleFunc("/echo", func(writer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		send(writer, binary, body)
	})
	mux.HandleFunc("/large", func(writer http.ResponseWriter, request *http.Request) {
		send(writer, binary, large)
	})
	mux.HandleFunc("/stream", func(writer http.ResponseWriter, request *http.Request) {
		writer.Header().Set("Content-Type", binary)
		for i := 0; i < pieces; i++ {
			writer.Write(piece)
		}
	})
	mux.HandleFunc("/file", func(writer http.ResponseWriter, request *http.Request) {
		http.ServeFile(writer, request, os.Getenv("BENCH_FILE"))
	})
	if upstream := os.Getenv("BENCH_UPSTREAM"); upstream != "" {
		place, err := url.Parse(upstream)
		if err != nil {
			panic(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(place)
		transport := http.DefaultTransport.(*http.Transport).Clone()
		// Its default of two idle connections would measure connecting.
		transport.MaxIdleConnsPerHost = 256
		proxy.Transport = transport
		mux.Handle("/", proxy)
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("{\"port\":%d,\"version\":%q}\n", listener.Addr().(*net.TCPAddr).Port, runtime.Version())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	certificate, key := os.Getenv("BENCH_CERT_FILE"), os.Getenv("BENCH_KEY_FILE")
	if certificate != "" {
		panic(http.ServeTLS(listener, mux, certificate, key))
	}
	panic(http.Serve(listener, mux))
}
