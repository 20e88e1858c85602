#!/usr/bin/env node
import { processHost } from './shell/host';
import { runCli } from './run';

// The exit code is set, not forced: what is still being written to a pipe gets there.
void runCli(process.argv.slice(2), processHost()).then((code) => {
  process.exitCode = code;
});
