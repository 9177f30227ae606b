import type { LogLevel as ConfigLevel } from './config/index.ts';
import { createRedactor, type Redact } from '../core/secret.ts';
import type { Log, LogLevel } from '../core/log.ts';
import type { Lookup } from '../http/guard.ts';

/** What is not ours: time, chance, network and where lines of the log go. Only this room takes it from the process. */
export interface World {
  fetch: typeof fetch;
  /** Finds the addresses of a name, for connectors that must stay on the open internet; the system's when left out. */
  lookup?: Lookup;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  random: () => number;
  writeLog: (line: string) => void;
  /** Makes the log in another form than lines of text; what it writes goes through the redactor. */
  makeLog?: (level: ConfigLevel, redact: Redact) => Log;
  /** Calls `fn` after so many milliseconds; gives the way to cancel it. */
  setTimer: (ms: number, fn: () => void) => () => void;
  /** Milliseconds for one HTTP exchange. */
  timeoutMs: number;
}

/** The world as it is. */
export const realWorld: World = {
  fetch: (...args) => fetch(...args),
  now: () => Date.now(),
  // Timers cut fractions off; a slot of a budget that is used a fraction too early is too early.
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.ceil(ms))),
  random: () => Math.random(),
  writeLog: (line) => process.stderr.write(`${line}\n`),
  setTimer: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  timeoutMs: 30_000,
};

/** A world that ends when the signal says so: nothing is sent and nobody waits any more. What is under way may finish. */
export function stoppable(world: World, signal: AbortSignal): World {
  return {
    ...world,
    fetch: async (...args) => {
      signal.throwIfAborted();
      return world.fetch(...args);
    },
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(signal.reason as Error);
        if (signal.aborted) {
          stop();
          return;
        }
        signal.addEventListener('abort', stop, { once: true });
        const wake = (): void => {
          signal.removeEventListener('abort', stop);
          resolve();
        };
        world.sleep(ms).then(wake, reject);
      }),
  };
}

const ORDER: readonly ConfigLevel[] = ['silent', 'error', 'warn', 'info', 'verbose', 'debug'];

/** A log that writes one line each, from its level on, without secrets. */
export function createLog(level: ConfigLevel, world: World, secrets: readonly string[]): Log {
  const reach = ORDER.indexOf(level);
  const redact = createRedactor(secrets);
  if (world.makeLog) return world.makeLog(level, redact);
  const enabled = (of: LogLevel) => ORDER.indexOf(of) <= reach;
  const write = (of: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => {
    if (!enabled(of)) return;
    const tail = fields ? ` ${JSON.stringify(fields)}` : '';
    world.writeLog(redact(`${new Date(world.now()).toISOString()} ${of} ${message}${tail}`));
  };
  return Object.assign(write, { enabled });
}
