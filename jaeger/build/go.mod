module crawlscope/jaeger

go 1.26

require github.com/jaegertracing/jaeger v1.76.0

// Jaeger's own replacement: replacements do not reach a module that only requires it.
replace github.com/Shopify/sarama => github.com/Shopify/sarama v1.33.0
