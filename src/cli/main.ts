#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=50
import process from 'node:process';
import { run } from './run.ts';

const stop = new AbortController();
const interrupt = (): void => {
  // Who asks twice does not want to wait.
  if (stop.signal.aborted) process.exit(130);
  stop.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  isTTY: { stdin: process.stdin.isTTY, stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
  signal: stop.signal,
});
// An exchange that hangs must not keep a process that is to end; otherwise what is written is waited for.
if (stop.signal.aborted) process.exit(code);
process.exitCode = code;
