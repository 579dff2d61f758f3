// A reader of Consul's health endpoint as go-micro's and kratos's registries for Consul are, which aren't packaged: Go's own JSON, zlib and hex on the same fields.
// A command a line on standard input, an answer a line on standard output.
package main

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"strings"
)

type address struct {
	Address string
	Port    int
}

type entry struct {
	Service struct {
		ID              string
		Service         string
		Address         string
		Port            int
		Tags            []string
		Meta            map[string]string
		TaggedAddresses map[string]address
	}
	Checks []struct{ Status string }
}

// What a registry makes of an entry.
type instance struct {
	ID        string
	Version   string
	Metadata  map[string]string
	Endpoints []string
}

func fetch(url string) ([]entry, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var entries []entry
	return entries, json.NewDecoder(response.Body).Decode(&entries)
}

func unpack(text string) []byte {
	packed, err := hex.DecodeString(text)
	if err != nil {
		return nil
	}
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	unpacked, err := io.ReadAll(reader)
	if err != nil {
		return nil
	}
	return unpacked
}

func pack(text []byte) string {
	var packed bytes.Buffer
	writer := zlib.NewWriter(&packed)
	writer.Write(text)
	writer.Close()
	return hex.EncodeToString(packed.Bytes())
}

// As go-micro does, the form of the first tag with a letter decides about all with that letter, and a tag of the letter alone is a panic.
func tagged(tags []string, letter byte, read func([]byte)) {
	var form byte
	for _, tag := range tags {
		if len(tag) == 0 || tag[0] != letter || (form > 0 && tag[1] != form) {
			continue
		}
		form = tag[1]
		switch form {
		case '=':
			read([]byte(tag[2:]))
		case '-':
			read(unpack(tag[2:]))
		}
	}
}

func micro(e entry) *instance {
	for _, check := range e.Checks {
		if check.Status == "critical" {
			return nil
		}
	}
	found := &instance{ID: e.Service.ID, Metadata: map[string]string{}}
	found.Endpoints = []string{fmt.Sprintf("%s:%d", e.Service.Address, e.Service.Port)}
	tagged(e.Service.Tags, 't', func(text []byte) {
		var metadata map[string]string
		if json.Unmarshal(text, &metadata) == nil {
			for key, value := range metadata {
				found.Metadata[key] = value
			}
		}
	})
	tagged(e.Service.Tags, 'v', func(text []byte) {
		if found.Version == "" {
			found.Version = string(text)
		}
	})
	tagged(e.Service.Tags, 'e', func([]byte) {})
	return found
}

func kratos(e entry) *instance {
	found := &instance{ID: e.Service.ID, Metadata: e.Service.Meta}
	for _, tag := range e.Service.Tags {
		parts := strings.SplitN(tag, "=", 2)
		if len(parts) == 2 && parts[0] == "version" {
			found.Version = parts[1]
		}
	}
	for scheme, address := range e.Service.TaggedAddresses {
		if !strings.HasPrefix(scheme, "lan_") && !strings.HasPrefix(scheme, "wan_") {
			found.Endpoints = append(found.Endpoints, address.Address)
		}
	}
	sort.Strings(found.Endpoints)
	return found
}

func answer(command, argument string) (string, error) {
	read := micro
	switch command {
	case "pack":
		text, err := base64.StdEncoding.DecodeString(argument)
		return pack(text), err
	case "unpack":
		return base64.StdEncoding.EncodeToString(unpack(argument)), nil
	case "kratos":
		read = kratos
	}
	entries, err := fetch(argument)
	if err != nil {
		return "", err
	}
	instances := []*instance{}
	for _, e := range entries {
		if found := read(e); found != nil {
			instances = append(instances, found)
		}
	}
	text, err := json.Marshal(instances)
	return string(text), err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		command, argument, _ := strings.Cut(lines.Text(), " ")
		text, err := answer(command, argument)
		if err != nil {
			text = "error: " + err.Error()
		}
		fmt.Println(text)
	}
}
