// A runtime on the original libcni: the same calls cnitool makes, for the tests to compare with. Debian packages libcni's
// source (golang-github-appc-cni-dev) but not cnitool.
//
//	oracle add|check|del|validate|cached <network> <netns>
//
// NETCONFPATH, CNI_PATH, CNI_ARGS, CAP_ARGS and CNI_IFNAME as cnitool has them; CONTAINERID, where set, replaces its id.
package main

import (
	"context"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/containernetworking/cni/libcni"
)

func main() {
	netns, err := filepath.Abs(os.Args[3])
	check(err)
	list, err := libcni.LoadConfList(os.Getenv("NETCONFPATH"), os.Args[2])
	check(err)
	runtime := &libcni.RuntimeConf{ContainerID: containerID(netns), NetNS: netns, IfName: ifName(), Args: args()}
	if text := os.Getenv("CAP_ARGS"); text != "" {
		check(json.Unmarshal([]byte(text), &runtime.CapabilityArgs))
	}
	cni := libcni.NewCNIConfig(filepath.SplitList(os.Getenv("CNI_PATH")), nil)
	ctx := context.Background()
	switch os.Args[1] {
	case "add":
		result, err := cni.AddNetworkList(ctx, list, runtime)
		check(err)
		check(result.Print())
	case "check":
		check(cni.CheckNetworkList(ctx, list, runtime))
	case "del":
		check(cni.DelNetworkList(ctx, list, runtime))
	case "validate":
		capabilities, err := cni.ValidateNetworkList(ctx, list)
		check(err)
		sort.Strings(capabilities)
		fmt.Println(strings.Join(capabilities, " "))
	case "cached":
		config, cached, err := cni.GetNetworkListCachedConfig(list, runtime)
		check(err)
		result, err := cni.GetNetworkListCachedResult(list, runtime)
		check(err)
		fmt.Println(string(config))
		check(json.NewEncoder(os.Stdout).Encode(cached.Args))
		check(json.NewEncoder(os.Stdout).Encode(cached.CapabilityArgs))
		check(result.Print())
	default:
		check(fmt.Errorf("unknown verb %s", os.Args[1]))
	}
}

func containerID(netns string) string {
	if id := os.Getenv("CONTAINERID"); id != "" {
		return id
	}
	sum := sha512.Sum512([]byte(netns))
	return fmt.Sprintf("cnitool-%x", sum[:10])
}

func ifName() string {
	if name := os.Getenv("CNI_IFNAME"); name != "" {
		return name
	}
	return "eth0"
}

func args() [][2]string {
	var pairs [][2]string
	for _, pair := range strings.Split(os.Getenv("CNI_ARGS"), ";") {
		if key, value, found := strings.Cut(pair, "="); found {
			pairs = append(pairs, [2]string{key, value})
		}
	}
	return pairs
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
