//go:build tools

// Package tools pins Jaeger 2 (module version v1.76.0) for a build from Go modules.
package tools

import _ "github.com/jaegertracing/jaeger/cmd/jaeger"
