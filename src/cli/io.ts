import type { Readable, Writable } from 'node:stream';

/** What the process gives to the command line; a test gives something else. */
export interface Io {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  stdin: Readable;
  stdout: Writable & { columns?: number };
  stderr: Writable & { columns?: number; rows?: number };
  isTTY: { stdin: boolean; stdout: boolean; stderr: boolean };
  /** Aborted when the person wants it to end. */
  signal?: AbortSignal;
}

/** Options that every command takes. */
export interface GlobalOptions {
  config?: string;
  json?: boolean;
  logLevel?: string;
}
