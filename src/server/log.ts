import { pino } from 'pino';
import { ConnectorError } from '../core/errors.ts';
import type { LogLevel } from '../core/log.ts';
import type { World } from '../app/index.ts';

/** Between `info` (30) and `debug` (20) of pino. */
const VERBOSE = 25;

/** The log as one JSON object a line, for programs that collect logs. Secrets are blanked in the finished line. */
export function jsonLog(write: (line: string) => void): NonNullable<World['makeLog']> {
  return (level, redact) => {
    const sink = pino(
      {
        level,
        customLevels: { verbose: VERBOSE },
        base: { pid: process.pid },
        messageKey: 'message',
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { error: (error: unknown) => (error instanceof Error ? plain(error) : error) },
      },
      { write: (line) => write(redact(line.trimEnd())) },
    );
    return Object.assign(
      (of: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}) =>
        sink[of](fields, message),
      { enabled: (of: LogLevel) => sink.isLevelEnabled(of) },
    );
  };
}

/** Errors of connectors say more than their message; others have nothing but it. */
function plain(error: Error): unknown {
  return error instanceof ConnectorError ? error.toJSON() : { message: error.message, stack: error.stack };
}
