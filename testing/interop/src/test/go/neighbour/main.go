// A neighbour of Rollcall's that is written in Go, with etcd's own client and grpc-go, for tests to talk to: one command a line on
// standard input, one line of answer on standard output, as JSON where it is more than a word.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.etcd.io/etcd/client/v3/naming/endpoints"
	"go.etcd.io/etcd/client/v3/naming/resolver"
	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/peer"
)

const (
	patience   = 30 * time.Second
	ttlSeconds = 30
	maxLine    = 4 << 20
)

// What kratos's registries marshal (registry.ServiceInstance).
type kratosInstance struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Version   string            `json:"version"`
	Metadata  map[string]string `json:"metadata"`
	Endpoints []string          `json:"endpoints"`
}

// What go-micro's registries marshal (registry.Service).
type microService struct {
	Name      string            `json:"name"`
	Version   string            `json:"version"`
	Metadata  map[string]string `json:"metadata"`
	Endpoints []json.RawMessage `json:"endpoints"`
	Nodes     []microNode       `json:"nodes"`
}

type microNode struct {
	Metadata map[string]string `json:"metadata"`
	ID       string            `json:"id"`
	Address  string            `json:"address"`
}

// What kitex's registry for etcd marshals.
type kitexInstance struct {
	Network string            `json:"network"`
	Address string            `json:"address"`
	Weight  int               `json:"weight"`
	Tags    map[string]string `json:"tags"`
}

type neighbour struct {
	client  *clientv3.Client
	manager endpoints.Manager
	target  string
	lease   clientv3.LeaseID
	conn    *grpc.ClientConn
	session *concurrency.Session
	places  map[string]*place
}

func main() {
	var n neighbour
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	for in.Scan() {
		answer, err := n.run(strings.SplitN(in.Text(), " ", 4))
		if err != nil {
			answer = "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(answer)
	}
}

func (n *neighbour) run(words []string) (string, error) {
	words = append(words, "", "", "")
	switch words[0] {
	case "connect":
		return "ok", n.connect(words[1], words[2])
	case "add":
		return "ok", n.add(words[1], words[2], words[3])
	case "delete":
		return "ok", n.delete(words[1])
	case "list":
		return n.list()
	case "dial":
		return "ok", n.dial()
	case "call":
		return n.call(words[1])
	case "campaign":
		election := concurrency.NewElection(n.session, words[1])
		candidate := words[2]
		n.join(words[1], election.Resign, func(ctx context.Context) error { return election.Campaign(ctx, candidate) })
		return "ok", nil
	case "lock":
		mutex := concurrency.NewMutex(n.session, words[1])
		n.join(words[1], mutex.Unlock, mutex.Lock)
		return "ok", nil
	case "has":
		return n.has(words[1])
	case "leave":
		return "ok", n.leave(words[1])
	case "leader":
		return n.leader(words[1])
	case "kratos":
		return again(words[1], &kratosInstance{})
	case "go-micro":
		return again(words[1], &microService{})
	case "kitex":
		return again(words[1], &kitexInstance{})
	case "escape":
		text, err := base64.StdEncoding.DecodeString(words[1])
		return url.QueryEscape(string(text)), err
	}
	return "", errors.New("unknown command " + words[0])
}

func deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// Connects to etcd; what follows is about one target.
func (n *neighbour) connect(endpoint, target string) error {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, DialTimeout: patience})
	if err != nil {
		return err
	}
	ctx, cancel := deadline()
	defer cancel()
	lease, err := client.Grant(ctx, ttlSeconds)
	if err != nil {
		return err
	}
	renewed, err := client.KeepAlive(context.Background(), lease.ID)
	if err != nil {
		return err
	}
	go func() {
		for range renewed {
		}
	}()
	n.client, n.target, n.lease, n.places = client, target, lease.ID, map[string]*place{}
	if n.session, err = concurrency.NewSession(client, concurrency.WithLease(lease.ID)); err != nil {
		return err
	}
	n.manager, err = endpoints.NewManager(client, target)
	return err
}

// Registers an address, or replaces what it says.
func (n *neighbour) add(name, address, metadata string) error {
	endpoint := endpoints.Endpoint{Addr: address}
	if metadata != "" {
		if err := json.Unmarshal([]byte(metadata), &endpoint.Metadata); err != nil {
			return err
		}
	}
	ctx, cancel := deadline()
	defer cancel()
	return n.manager.AddEndpoint(ctx, n.target+"/"+name, endpoint, clientv3.WithLease(n.lease))
}

func (n *neighbour) delete(name string) error {
	ctx, cancel := deadline()
	defer cancel()
	return n.manager.DeleteEndpoint(ctx, n.target+"/"+name)
}

// What etcd's naming package makes of what is there.
func (n *neighbour) list() (string, error) {
	ctx, cancel := deadline()
	defer cancel()
	all, err := n.manager.List(ctx)
	if err != nil {
		return "", err
	}
	answer, err := json.Marshal(all)
	return string(answer), err
}

// Opens a channel that follows the target and takes turns.
func (n *neighbour) dial() error {
	builder, err := resolver.NewBuilder(n.client)
	if err != nil {
		return err
	}
	n.conn, err = grpc.Dial(
		"etcd:///"+n.target,
		grpc.WithResolvers(builder),
		grpc.WithInsecure(),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"round_robin":{}}]}`))
	return err
}

// Makes some calls, and tells which addresses have answered.
func (n *neighbour) call(count string) (string, error) {
	var calls int
	if _, err := fmt.Sscan(count, &calls); err != nil {
		return "", err
	}
	answered := map[string]bool{}
	for ; calls > 0; calls-- {
		ctx, cancel := deadline()
		var from peer.Peer
		_, err := healthpb.NewHealthClient(n.conn).Check(
			ctx, &healthpb.HealthCheckRequest{}, grpc.Peer(&from), grpc.WaitForReady(true))
		cancel()
		if err != nil {
			return "", err
		}
		answered[from.Addr.String()] = true
	}
	addresses := []string{}
	for address := range answered {
		addresses = append(addresses, address)
	}
	sort.Strings(addresses)
	return strings.Join(addresses, " "), nil
}

// Reads a value as the ecosystem's own struct, and writes it again as that would be written.
func again(encoded string, into interface{}) (string, error) {
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(value, into); err != nil {
		return "", err
	}
	written, err := json.Marshal(into)
	return base64.StdEncoding.EncodeToString(written), err
}
