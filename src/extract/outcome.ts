import { ConnectorError } from '../core/errors.ts';

const DAY = 24 * 3600_000;

/**
 * What follows from an error while a slice was read.
 * `skip`: this part is not to be had, which is written down; `after` is when it is asked for again, in milliseconds from
 * now, or never. `fail`: this part failed and is read again by the next run. `stream`: all of the stream will fail.
 * `run`: nothing else will work either. `closed`: the label may not be used until its day ends.
 */
export type Outcome =
  | { what: 'skip'; error: ConnectorError; after: number | undefined; retry: string }
  | { what: 'fail' | 'stream' | 'run'; error: ConnectorError }
  | { what: 'closed'; error: ConnectorError; ms: number };

/**
 * Decides by the kind of error. A plan that lacks something, a thing that is gone and a firewall that refuses one address
 * are facts about the account; a missing scope would hide rows without anybody noticing, and fails.
 * @param final the slice tells of something that is over: what is gone once stays gone
 */
export function outcomeOf(thrown: unknown, final: boolean): Outcome {
  if (!(thrown instanceof ConnectorError)) throw thrown;
  const error = thrown;
  switch (error.kind) {
    case 'scope':
      return { what: 'stream', error };
    case 'auth':
    case 'config':
      return { what: 'run', error };
    case 'plan':
      return { what: 'skip', error, after: DAY, retry: 'after a day' };
    case 'not-found':
      return final
        ? { what: 'skip', error, after: undefined, retry: 'never: it is over' }
        : { what: 'skip', error, after: 0, retry: 'by the next run' };
    case 'quota':
      if (typeof error.retry === 'object') return { what: 'closed', error, ms: error.retry.afterMs };
      return { what: 'skip', error, after: DAY, retry: 'after a day' };
    case 'remote':
      // The page of a firewall for one address: it would answer the same for ever.
      if (error.status === 403) return { what: 'skip', error, after: 7 * DAY, retry: 'after a week' };
      return { what: 'fail', error };
    default:
      return { what: 'fail', error };
  }
}

/** A skip after which the old rows of a table may not be replaced: they may still be there. */
export function leavesHole(kind: string): boolean {
  return kind === 'remote' || kind === 'quota';
}
