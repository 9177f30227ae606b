export type LogLevel = 'error' | 'warn' | 'info' | 'verbose' | 'debug';

/** Where log lines go. What is logged is redacted before it gets here. */
export interface Log {
  (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Whether lines of this level are kept at all: spares the work of making them. */
  enabled(level: LogLevel): boolean;
}

/** A log that keeps nothing. */
export const silentLog: Log = Object.assign(() => undefined, { enabled: () => false });
