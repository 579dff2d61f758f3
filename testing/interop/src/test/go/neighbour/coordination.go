package main

import (
	"context"
	"fmt"
	"strconv"

	"go.etcd.io/etcd/client/v3/concurrency"
)

// A place in a line of etcd's concurrency package, an election's or a lock's.
type place struct {
	entered chan error
	has     bool
	leave   func(context.Context) error
}

// Goes to the end of the line and waits there, while other commands are answered.
func (n *neighbour) join(line string, leave, enter func(context.Context) error) {
	p := &place{entered: make(chan error, 1), leave: leave}
	n.places[line] = p
	go func() { p.entered <- enter(context.Background()) }()
}

// Whether the package has said that it is our turn.
func (n *neighbour) has(line string) (string, error) {
	p := n.places[line]
	select {
	case err := <-p.entered:
		p.has = err == nil
		return strconv.FormatBool(p.has), err
	default:
		return strconv.FormatBool(p.has), nil
	}
}

func (n *neighbour) leave(line string) error {
	ctx, cancel := deadline()
	defer cancel()
	return n.places[line].leave(ctx)
}

// Who leads, as the package tells it: the revision of the key, and what the candidate has said.
func (n *neighbour) leader(line string) (string, error) {
	ctx, cancel := deadline()
	defer cancel()
	answer, err := concurrency.NewElection(n.session, line).Leader(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s", answer.Kvs[0].CreateRevision, answer.Kvs[0].Value), nil
}
