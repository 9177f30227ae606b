import type { TestContext } from 'node:test';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import type { Log, LogLevel } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import { sign, type VerifySpec } from '../../src/core/signature.ts';
import { createJobs, type Jobs } from '../../src/jobs/jobs.ts';
import { openSqlite, type Store } from '../../src/store/store.ts';
import { Dispatch, type DispatchOptions } from '../../src/webhooks/dispatch.ts';
import type { SetTimer } from '../../src/webhooks/read-body.ts';
import { createReceiver, type Receiver, type ReceiverOptions } from '../../src/webhooks/receiver.ts';
import { TestClock } from '../jobs/world.ts';

export const SECRET = 'a-secret-token-for-tests';

export interface Stage {
  clock: TestClock;
  store: Store;
  jobs: Jobs;
  receiver: Receiver;
  /** Lines that were logged. */
  lines: { level: LogLevel; message: string; fields: Readonly<Record<string, unknown>> }[];
  dispatch(options?: Partial<DispatchOptions>): Dispatch;
  /** Lets so much time pass, and everything that is due happen. */
  pass: (ms?: number) => Promise<void>;
}

/** A receiver with a real store and queue, on a clock of its own. */
export async function setStage(
  t: TestContext,
  options: Partial<ReceiverOptions> & { path?: string; wrap?: (store: Store) => Store } = {},
): Promise<Stage> {
  const clock = new TestClock();
  const { path = ':memory:', wrap, ...given } = options;
  const opened = await openSqlite({ path, now: clock.now });
  const store = wrap?.(opened) ?? opened;
  const { now, setTimer } = clock;
  const jobs = createJobs(store, { setTimer, random: () => 0.5 });
  const lines: Stage['lines'] = [];
  const log: Log = Object.assign(
    (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void lines.push({ level, message, fields }),
    { enabled: () => true },
  );
  const receiver = zoomReceiver(store, jobs, { now, setTimer, log, ...given });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 12; i++) await opened.sql('SELECT 1').catch(() => undefined);
  };
  t.after(async () => {
    await Promise.race([jobs.stop(), clock.advance(1e6, settle)]);
    await opened.close();
  });
  return {
    clock,
    store,
    jobs,
    receiver,
    lines,
    dispatch: (more = {}) =>
      new Dispatch({
        store,
        jobs,
        triggerOf: (name) => (name === 'zoom' ? events : undefined),
        now,
        log,
        ...more,
      }),
    pass: (ms = 0) => clock.advance(ms, settle),
  };
}

export interface Signed {
  headers: Record<string, string>;
  body: Buffer;
}

/** A webhook as its sender would make it. */
export function signed(
  body: unknown,
  now: number,
  options: { secret?: string; spec?: VerifySpec; headers?: Record<string, string> } = {},
): Signed {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Zoom Marketplace/1.0a',
      ...sign(options.spec ?? events.verify, options.secret ?? SECRET, bytes, now),
      ...options.headers,
    },
    body: bytes,
  };
}

/** A meeting that is over. */
export function ended(n: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    event: 'meeting.ended',
    event_ts: 1_700_000_000_000 + n,
    payload: {
      account_id: 'account-1',
      object: {
        id: `${80_000_000_000 + n}`,
        uuid: `uuid-${n}==`,
        host_id: 'host-1',
        topic: 'Round table',
        type: 2,
        start_time: '2026-11-21T09:00:00Z',
        duration: 60,
        timezone: 'Europe/Berlin',
        end_time: '2026-11-21T10:00:00Z',
      },
    },
    ...more,
  };
}

/** Timers of the real clock. */
export const realTimer: SetTimer = (ms, fn) => {
  const timer = setTimeout(fn, ms);
  return () => clearTimeout(timer);
};

/** A receiver of Zoom's webhooks, by the system's clock unless told. */
export function zoomReceiver(store: Store, jobs: Jobs, more: Partial<ReceiverOptions> = {}): Receiver {
  return createReceiver({
    trigger: events,
    connection: 'zoom',
    secrets: () => [new Secret(SECRET)],
    store,
    jobs,
    now: Date.now,
    setTimer: realTimer,
    ...more,
  });
}
