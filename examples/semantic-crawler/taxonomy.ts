/** What the crawler sorts pages into: a category is the centre of its topics, a topic a few words about what such pages say. */
export const TAXONOMY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  network: {
    'http-client': 'HTTP request library: fetch a URL, follow redirects, retry, read the response and its headers',
    'http-server': 'Web server framework with routing, middleware and WebSocket connections',
    proxy: 'Proxy agent: keep-alive network connections over SOCKS or HTTPS sockets, DNS lookup, TLS',
    email: 'Send email messages over SMTP',
  },
  crawling: {
    scraping: 'Web crawling and scraping library: download websites and extract data from their pages',
    browser: 'Browser automation: control headless Chrome or Firefox and its web pages',
    html: 'HTML and XML parser: a DOM implementation, CSS selectors, parse a document into nodes',
  },
  telemetry: {
    tracing: 'OpenTelemetry API and SDK: tracing, spans, context propagation and instrumentation of a service',
    metrics: 'Metrics and logs exporter for monitoring and observability',
    profiling: 'Benchmark: measure the performance, memory and CPU time of code',
  },
  text: {
    unicode: 'Unicode characters, emoji, encodings, and the width of a string',
    parsing: 'Parser and stringifier for YAML, JSON, CSV, CSS or Markdown text',
    'string-matching': 'Regular expressions, string similarity and glob patterns that match text',
  },
  terminal: {
    colors: 'Colors and styles for terminal text with ANSI escape codes',
    prompts: 'Interactive command line interface: prompts, spinners and tables in the terminal',
    arguments: 'Command line argument parser: options, commands and help of a CLI',
  },
  'machine-learning': {
    embeddings: 'Sentence embeddings from a neural network, vector search and semantic similarity',
    'language-models': 'Artificial intelligence: large language models, chat completion, transformers, TensorFlow',
    statistics: 'Statistics: probability distributions, regression, Bayesian networks and random number generators',
  },
  data: {
    database: 'Database with tables, queries and transactions',
    'binary-formats': 'Binary data: buffers, typed arrays, protocol buffers, columnar memory, base64 and hashes',
    compression: 'Compression and archives: zip, gzip and tar files',
  },
  async: {
    promises: 'Promises and async functions: limited concurrency, queues, retries, cancellation and worker pools',
    streams: 'Readable, writable and transform streams that buffer, pipe and emit events',
  },
  'build-tools': {
    bundling: 'JavaScript bundler, compiler and development server with source maps',
    linting: 'Linter and code formatter that finds unused files, exports and dependencies',
    modules: 'Module resolution: require.resolve, import hooks, package paths and node_modules',
  },
  testing: {
    assertions: 'Unit test framework with assertions, mocks and property based tests',
    types: 'TypeScript type definitions, type checks of values, schema validation',
  },
};

/** How package pages sound whatever they are about: their mean is subtracted, so that what is left says what a page is about. */
export const BACKGROUND: readonly string[] = [
  'Convert values from one shape to another. left-to-right Convert values from one shape to another. Install $ npm install left-to-right Usage const convert = require("left-to-right"); convert("a", "b"); //=> "ab" API convert(input, options?) Type: string',
  'Get the first thing that matches. Install npm install first-match Usage import firstMatch from "first-match"; const result = firstMatch(list, options); console.log(result); API Options Related License MIT',
  'Fast and tiny helper for Node.js and browsers. Features: no dependencies, written in TypeScript, small bundle size, works everywhere. Getting started. Documentation. Contributing. Sponsors. Changelog.',
  'A pure JavaScript implementation of the standard. This project aims to be complete and fast. It is used in production by many companies. Build Status, Coverage, npm version, Downloads. Install with npm or yarn.',
  'Determine whether a value has a property. Example: var assert = require("assert"); var has = require("has-it"); assert.equal(has(value), true); Tests: simply clone the repo, npm install, and run npm test',
  'This package contains shared code of the project. Most users should not install it directly. See the main documentation for how to use it. Released under the Apache 2.0 license.',
  'Handle lists of items the easy way. Why? Because doing this by hand is error prone. new Handler(options) creates a handler; handler.add(item) returns a promise; handler.on("done", callback) is called at the end.',
  'The modern toolkit for your project. Next generation, instant, powerful. Read the docs to learn more. Community, roadmap, team and backers. Copyright and trademarks belong to their owners.',
  'Module to create, read and change objects with a simple interface. Parameters: name {String}, value {Number}, callback {Function}. Returns {Object}. Throws an error when the argument is not valid.',
  'Compatible with all current versions. Breaking changes in version 2: the default export was removed, use named exports instead. Migration guide. Known issues. Frequently asked questions.',
];
